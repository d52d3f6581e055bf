import fc from 'fast-check';

/** Text of any characters, halves of surrogate pairs and those of all planes among them, the first ones more often. */
export const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0x2ff }),
      fc.integer({ min: 0x2000, max: 0x20ff }),
      fc.integer({ min: 0, max: 0x10ffff }),
    ),
    { maxLength: 20 },
  )
  .map((codes) => String.fromCodePoint(...codes));
