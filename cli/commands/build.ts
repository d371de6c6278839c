// npm run build: builds everything that a deployment uploads into the folder build, for every stage to deploy.

import { writeArtefact } from "../../delivery/artefact.ts";
import { command } from "../command.ts";

await command(async () => {
  const { commit, files } = await writeArtefact("build");
  console.log(`Built ${Object.keys(files).length} files of ${commit} into build.`);
});
