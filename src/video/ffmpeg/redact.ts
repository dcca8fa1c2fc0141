/**
 * A text without the passwords of the addresses in it.
 *
 * @example
 * redact('rtsp://admin:secret@camera/1'); // 'rtsp://***@camera/1'
 */
export function redact(text: string): string {
  return text
    .replace(/([a-z][a-z\d+.-]*:\/\/)[^\s/?#]*@/gi, '$1***@')
    .replace(/([?&](?:[\w-]*(?:pass|pwd|token|key|secret|auth|sig)[\w-]*)=)[^&\s#'"]*/gi, '$1***');
}
