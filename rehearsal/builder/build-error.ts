/** What the stand-in cannot or may not do; its message is all that the person gets to see. */
export class BuildError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BuildError';
  }
}
