import getPort, { clearLockedPorts } from "get-port";

/** The only address that an emulator listens on. */
export const HOST = "127.0.0.1";

/**
 * A free port on loopback.
 *
 * @param given - Only this one will do, unless it is 0.
 * @throws Error, a sentence, if the given port is in use, or nobody could connect to it.
 */
export async function choosePort(given = 0): Promise<number> {
  if (given === 0) return getPort({ host: HOST });
  clearLockedPorts(); // get-port locks a port for a while, even if nobody listens there any more
  if ((await getPort({ host: HOST, port: given })) !== given) {
    const reason = given < 1024 ? "is in use, or only for root" : "is in use";
    throw new Error(`Port ${given} of ${HOST} ${reason}: stop what listens there, or choose another with ORDERS_PORT.`);
  }
  if (await isBlocked(given)) {
    throw new Error(`Browsers and Node.js refuse to connect to port ${given}: choose another with ORDERS_PORT.`);
  }
  return given;
}

/** Whether it is one of the ports of other protocols that fetch never connects to: https://fetch.spec.whatwg.org/#port-blocking. */
async function isBlocked(port: number): Promise<boolean> {
  const reason = await fetch(`http://${HOST}:${port}`).catch(
    ({ cause }: Error) => (cause as Error | undefined)?.message,
  );
  return reason === "bad port";
}
