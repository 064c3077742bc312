/**
 * Says when to ask once more for what does not come: the pauses double, because a kernel that is busy
 * answers every request in the end.
 */
export class Patience {
  readonly #least: number;
  readonly #most: number;
  #asked = Number.NEGATIVE_INFINITY;
  #pause: number;
  #nextPause: number;

  /** @param least the first pause in seconds; no two requests are closer. @param most the longest. */
  constructor(least: number, most: number) {
    this.#least = least;
    this.#most = most;
    this.#pause = least;
    this.#nextPause = least;
  }

  /** Whether it is time to ask; if so, the next pause begins. */
  isOver(seconds: number): boolean {
    if (seconds < this.#asked + this.#pause) return false;
    this.#asked = seconds;
    this.#pause = this.#nextPause;
    this.#nextPause = Math.min(2 * this.#pause, this.#most);
    return true;
  }

  /** Note that there was an answer: the pauses are short again. */
  answered(): void {
    this.#pause = this.#least;
    this.#nextPause = this.#least;
  }
}
