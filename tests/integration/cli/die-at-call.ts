// Loaded into a process before its own code (`node --import`): kills the process right before its n-th call of an AWS
// action. DIE_AT names both, for example `AmazonSQS.DeleteMessageBatch 2`.

import http from "node:http";
import { syncBuiltinESMExports } from "node:module";

const [action, number] = (process.env.DIE_AT ?? "").split(" ");
const { request } = http;
let calls = 0;

http.request = ((...args: [http.RequestOptions, ...unknown[]]) => {
  const headers = args[0].headers as Record<string, string> | undefined;
  if (Object.values(headers ?? {}).includes(action ?? "") && ++calls === Number(number)) {
    process.kill(process.pid, "SIGKILL");
  }
  return (request as (...args: unknown[]) => http.ClientRequest)(...args);
}) as typeof http.request;
syncBuiltinESMExports();
