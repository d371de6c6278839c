/** Types for the part of Swagger UI that is used here: the package has none for this file. */
declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  /** See https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/. */
  interface Options {
    url: string;
    domNode: HTMLElement;
    docExpansion: "list" | "full" | "none";
    defaultModelsExpandDepth: number;
    supportedSubmitMethods: string[];
    syntaxHighlight: boolean;
  }
  export default function SwaggerUIBundle(options: Options): void;
}
