/** Tags by key. */
export type Tags = Record<string, string>;

/** A tag in the format of most services. */
interface Tag {
  Key?: string | undefined;
  Value?: string | undefined;
}

export function tagList(tags: Tags | undefined): { Key: string; Value: string }[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

export function tagMap(list: Tag[] | undefined): Tags {
  return Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

/** The keys that the new tags no longer have. */
export function removedKeys(olds: Tags | undefined, news: Tags | undefined): string[] {
  return Object.keys(olds ?? {}).filter((key) => news?.[key] === undefined);
}
