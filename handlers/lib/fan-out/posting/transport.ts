/** A signed post, ready to be sent. */
export interface PostRequest {
  /** As it stands in the request line. */
  path: string;
  /** Names and values by turns, `host` among them: in this form Node takes them as they are. */
  headers: readonly string[];
  body: Buffer;
}

/** What the service has said to a post. */
export interface PostAnswer {
  /** The HTTP status. */
  status: number;
  /** The name of the service's error, if it named one: a word such as `ForbiddenException`. */
  errorType: string | undefined;
}

/** How posts reach the service. */
export interface Transport {
  /**
   * Sends a post; its answer's body has been read when the promise settles.
   *
   * @param deadlineMs When the post is given up, in milliseconds from now.
   * @throws Error, as a rejection, when there is no answer: `TimeoutError` past the deadline, else as
   *   Node's sockets have it, with a `code`.
   */
  post(request: PostRequest, deadlineMs: number): Promise<PostAnswer>;
}
