/** A rule of the schema that a value breaks. */
export interface SchemaError {
  /** JSON pointer to the value. */
  readonly instancePath: string;
  /** The schema's keyword, e.g. `type`. */
  readonly keyword: string;
  /** What the keyword asks for, by names of its own. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** Checks a plain value; what is wrong with it stands in `errors` until the next call. */
declare const validate: {
  (value: unknown): boolean;
  errors?: readonly SchemaError[] | null;
};

export default validate;
