/**
 * Compiled, never run: `npm run typecheck` proves that one picture gives one answer, an array an array, and that a
 * model's object is typed by its task.
 */
import type {
  AnyRecognizer,
  Classification,
  Classifier,
  DetectionAnswer,
  Detector,
  Embedder,
  Embedding,
  ImageSource,
  Moderation,
  Moderator,
  TagAnswer,
} from '../../src/index.ts';
import { load } from '../../src/index.ts';

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : { wanted: B; found: A };

/** Compiles only where both types are the same. */
function same<Found, Wanted>(_: Same<Found, Wanted>): void {}

declare const classifier: Classifier;
declare const detector: Detector;
declare const moderator: Moderator;
declare const embedder: Embedder;
declare const images: readonly ImageSource[];
declare const bytes: Uint8Array;

const classified = classifier.classify('cat.jpg', { topK: 3 });
const classifiedAll = classifier.classify(images);
same<Awaited<typeof classified>, Classification>(true);
same<Awaited<typeof classifiedAll>, Classification[]>(true);

const two = detector.detect([bytes, new URL('https://example.com/a.jpg')], { minScore: 0.5 });
const one = detector.detect({ base64: '' });
same<Awaited<typeof two>, DetectionAnswer[]>(true);
same<Awaited<typeof one>, DetectionAnswer>(true);

const tags = detector.tag(bytes);
const moderation = moderator.moderate(bytes);
const embeddings = embedder.embed(['a.jpg'], { normalize: true });
same<Awaited<typeof tags>, TagAnswer>(true);
same<Awaited<typeof moderation>, Moderation>(true);
same<Awaited<typeof embeddings>, Embedding[]>(true);

const byTask = load('squeezenet', { task: 'classify' });
const features = load('squeezenet', { task: 'embed' });
const some = load('squeezenet');
same<Awaited<typeof byTask>, Classifier>(true);
same<Awaited<typeof features>, Embedder>(true);
same<Awaited<typeof some>, AnyRecognizer>(true);

// @ts-expect-error a classifier finds no boxes
void classifier.detect;
// @ts-expect-error a number is no picture
void classifier.classify(1);
// @ts-expect-error options are spelt in camelCase
void classifier.classify('cat.jpg', { top_k: 3 });
// @ts-expect-error there is no such task
void load('squeezenet', { task: 'segment' });
