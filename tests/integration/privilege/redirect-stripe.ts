// Loaded into a function before its own code (`node --import`): its requests to Stripe go to STRIPE_DOUBLE_PORT of this machine.
// They are the function's only ones by HTTPS.

import http from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";

https.request = ((options: http.RequestOptions) => {
  const { agent: _, ...rest } = options;
  return http.request({ ...rest, protocol: "http:", host: "127.0.0.1", port: Number(process.env.STRIPE_DOUBLE_PORT) });
}) as typeof https.request;
syncBuiltinESMExports();
