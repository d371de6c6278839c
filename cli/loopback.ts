const LOOPBACK = "127.0.0.1,localhost";

/**
 * Keeps what is on this machine out of proxies, in this process and all that it starts: whatever the environment says, a proxy
 * can't reach it.
 *
 * Programs disagree on the variable's case, and those that know both ignore one. So each keeps its own list, or gets that of
 * the other. gRPC prefers a variable of its own, and does not understand `*`.
 */
export function bypassProxies(environment: NodeJS.ProcessEnv): void {
  const { no_proxy: lower, NO_PROXY: upper, no_grpc_proxy: grpc } = environment;
  environment.no_proxy = orLoopback(lower || upper);
  environment.NO_PROXY = orLoopback(upper || lower);
  environment.no_grpc_proxy = andLoopback(grpc || lower || upper);
}

/** `*` means no proxy at all, but not as a part of a list. */
function orLoopback(list: string | undefined): string {
  return list?.trim() === "*" ? list : andLoopback(list);
}

function andLoopback(list: string | undefined): string {
  return list ? `${list},${LOOPBACK}` : LOOPBACK;
}
