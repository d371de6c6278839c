/** The name of the stack that `./orders up` deploys. */
export const LOCAL_STACK = "local";
