import type { PictureInfo } from '../../../../image/types.ts';
import type { BorrowedRecognizer } from '../../../../tasks/registry.ts';
import type { TagAnswer } from '../../../../tasks/types.ts';
import type { ProtocolContext } from '../../types.ts';

/** How enumerations are written: the vendor's Node.js client asks for numbers. */
export type EnumStyle = 'names' | 'numbers';

/** A picture as features look at it. */
export interface PictureFindings {
  readonly bytes: Uint8Array;
  readonly info: PictureInfo;
  readonly enums: EnumStyle;
  readonly context: ProtocolContext;
  /** Of the crops that are wanted, width ÷ height. */
  readonly aspectRatios: readonly number[];
  /** What a model sees in the picture, found once. */
  tagsOf(tagger: BorrowedRecognizer<'tag'>): Promise<TagAnswer>;
}

/**
 * Answers one feature.
 *
 * @param maxResults as asked for, where it was
 * @returns the members of the picture's response
 */
export type Feature = (findings: PictureFindings, maxResults: number | undefined) => Promise<object>;
