import type { Access, Session } from "./access.ts";
import type { Need } from "./decide.ts";

/**
 * What is needed again and again, as by a poller: asked each time, but a denial is told of once for
 * the policies in force.
 */
export class Standing {
  readonly #access: Access;
  readonly #session: Session;
  readonly #needs: readonly Need[];
  #toldOf: unknown;

  constructor(access: Access, session: Session, needs: readonly Need[]) {
    this.#access = access;
    this.#session = session;
    this.#needs = needs;
  }

  get allowed(): boolean {
    const isDenied = this.#needs.some((need) => this.#access.denial(this.#session, need));
    const { policies } = this.#access;
    if (isDenied && this.#toldOf !== policies) {
      this.#toldOf = policies;
      this.#access.authorize(this.#session, this.#needs);
    }
    return !isDenied;
  }
}
