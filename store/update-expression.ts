/** The part of an update that sets attributes, and removes those that are undefined. */
export interface Assignment {
  UpdateExpression: string;
  ExpressionAttributeNames: Record<string, string>;
  /** By placeholder; `toItem` converts them. */
  values: Record<string, unknown>;
}

/** Sets an item's attributes to the values, and removes the undefined ones. */
export function assign(attributes: Record<string, unknown>): Assignment {
  const names = Object.keys(attributes);
  const present = names.filter((name) => attributes[name] !== undefined);
  const absent = names.filter((name) => attributes[name] === undefined);
  const clauses = [
    ...(present.length > 0 ? [`SET ${present.map((name) => `#${name} = :${name}`).join(", ")}`] : []),
    ...(absent.length > 0 ? [`REMOVE ${absent.map((name) => `#${name}`).join(", ")}`] : []),
  ];
  return {
    UpdateExpression: clauses.join(" "),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    values: Object.fromEntries(present.map((name) => [`:${name}`, attributes[name]])),
  };
}
