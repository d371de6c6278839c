import { shuffle } from "es-toolkit";

/** Takes one measurement. @returns The measured value, usually milliseconds. */
export type Task = () => Promise<number>;

/**
 * Measures tasks side by side: each once per round, in random order, so that whatever else the machine does affects all
 * alike, and no task always follows the same other one.
 *
 * @param warmUp - Extra rounds at the start, whose values are dropped.
 * @param onRound - Called after each round with the number of rounds done, including the warm-up.
 * @returns Each task's values, round by round.
 */
export async function interleave<Name extends string>(
  tasks: Record<Name, Task>,
  { rounds, warmUp, onRound = () => {} }: { rounds: number; warmUp: number; onRound?: (done: number) => void },
): Promise<Record<Name, number[]>> {
  const names = Object.keys(tasks) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const name of shuffle(names)) {
      const value = await tasks[name]();
      if (round >= warmUp) values[name].push(value);
    }
    onRound(round + 1);
  }
  return values;
}
