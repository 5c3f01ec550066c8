/** A fault that is put into a copy of the sources, for the suite to find. */
export interface SeededBug {
  name: string;
  /** What goes wrong then. */
  harm: string;
  /** Relative to the repository. */
  file: string;
  /** Stands in the file exactly once. */
  find: string;
  replacement: string;
}
