/** A page of a list of Stripe's API, as its parameters `created`, `limit`, `starting_after` and `expand` ask for. */
export function listed<T extends { id: string; created: number }>(
  newestFirst: T[],
  fields: URLSearchParams,
  expand: (each: T) => object = (each) => each,
): object {
  const number = (name: string, otherwise: number) => Number(fields.get(name) ?? otherwise);
  const [from, to] = [number("created[gte]", 0), number("created[lt]", Number.POSITIVE_INFINITY)];
  const within = newestFirst.filter(({ created }) => created >= from && created < to);
  const after = within.findIndex(({ id }) => id === fields.get("starting_after"));
  const rest = within.slice(after + 1);
  const data = rest.slice(0, number("limit", 10));
  return {
    object: "list",
    data: fields.has("expand[0]") ? data.map(expand) : data,
    has_more: data.length < rest.length,
  };
}
