// npm run simulate: which limit is met first at how many orders a second, and a simulation of shards, queue and workflow.

import { scaleText } from "../../tools/cost/scale-text.ts";

console.log(scaleText());
