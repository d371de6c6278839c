/** What cold starts are compared with: nothing but Node itself. */
export async function handler() {
  return { statusCode: 200, body: "{}" };
}
