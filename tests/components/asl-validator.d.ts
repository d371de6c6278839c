// The package says where its types are, but doesn't ship them.
declare module "asl-validator" {
  export default function validate(definition: object): { isValid: boolean; errors: unknown[] };
}
