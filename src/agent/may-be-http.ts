const REQUEST_LINE = /^[!#$%&'*+.^_`|~\dA-Za-z-]+ [!-~]+ HTTP\/1\.[01]$/;
const BEGINNING = /^[!#$%&'*+.^_`|~\dA-Za-z-]+(?: [ -~]*)?$/;

/** A request line may be so long, bytes. */
const LONGEST_LINE = 8192;

/** Whether what a caller says first may be HTTP/1, as far as it has come: what surely is not need not be read. Pure. */
export function mayBeHttp(first: Buffer): boolean {
  const text = first.toString('latin1', 0, LONGEST_LINE);
  const end = text.indexOf('\r\n');
  return end < 0 ? BEGINNING.test(text.replace(/\r$/, '')) : REQUEST_LINE.test(text.slice(0, end));
}
