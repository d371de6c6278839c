/**
 * Reads an environment variable that the deployment sets.
 *
 * @throws Error if it is not set.
 */
export function environment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`The environment variable ${name} is not set.`);
  return value;
}
