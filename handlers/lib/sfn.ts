import { SFNClient } from "@aws-sdk/client-sfn";
import { CLIENT_OPTIONS } from "../../aws/client-options.ts";

/** The client of this function. */
export const sfn = new SFNClient(CLIENT_OPTIONS);
