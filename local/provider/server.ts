import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import sdk from "@pulumi/aws/package.json" with { type: "json" };
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { type Aws, connect } from "./aws.ts";
import { autoName, checkInputs } from "./check.ts";
import { readConfiguration } from "./configuration.ts";
import { type Change, diff } from "./diff.ts";
import { invoke } from "./invokes.ts";
import { create, type Resource, read, remove, update } from "./lifecycle.ts";
import { decode, encode, hasUnknown, type Values } from "./properties.ts";
import { resourceType } from "./resource-types.ts";

/**
 * Serves the resource provider for the package `aws` on loopback, for `PULUMI_DEBUG_PROVIDERS=aws:PORT`. One server is
 * enough for all stacks that the process deploys: each engine has its own connection and configuration.
 *
 * @param defaults - Provider settings for stacks that don't have any, as those for AWS.
 * @returns The port, and a function that closes the server and its connections to emulators.
 */
export async function startProvider(defaults: Values = {}): Promise<{ port: number; stop(): Promise<void> }> {
  // The engine doesn't limit the size of messages.
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  const connections = new Map<string, Aws>();
  server.addService(services.ResourceProviderService, createHandlers(connections, defaults));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const stop = async () => {
    server.forceShutdown();
    await Promise.all([...connections.values()].map((aws) => aws.close()));
  };
  return { port, stop };
}

/** The methods of Pulumi's provider protocol. `connections` has the emulator of each engine, by the engine's address. */
function createHandlers(connections: Map<string, Aws>, defaults: Values) {
  const configuration = (settings: Values) => readConfiguration({ ...defaults, ...settings });
  const connectionOf = (peer: string) => {
    const aws = connections.get(peer);
    if (!aws) throw new Error("The engine has not configured the local provider.");
    return aws;
  };
  const resource = (request: { getType(): string; getName(): string }, peer: string): Resource => ({
    type: resourceType(request.getType()),
    name: request.getName(),
    aws: connectionOf(peer),
  });

  return {
    handshake: unary(() =>
      new messages.ProviderHandshakeResponse().setAcceptSecrets(true).setSupportsAutonamingConfiguration(true),
    ),
    attach: unary(() => new empty.Empty()),
    cancel: unary(() => new empty.Empty()),
    // The engine expects the version of the SDK that the program uses.
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(sdk.version)),

    checkConfig: unary((request: InstanceType<typeof messages.CheckRequest>) => {
      const { values } = decode(request.getNews());
      if (!hasUnknown(values)) configuration(values);
      return new messages.CheckResponse().setInputs(request.getNews());
    }),
    // Every run may use another emulator, which is no reason to replace resources.
    diffConfig: unary(() => new messages.DiffResponse().setChanges(messages.DiffResponse.DiffChanges.DIFF_NONE)),
    configure: unary((request: InstanceType<typeof messages.ConfigureRequest>, peer) => {
      connections.set(peer, connect(configuration(decode(request.getArgs()).values)));
      return new messages.ConfigureResponse()
        .setAcceptsecrets(true)
        .setSupportspreview(true)
        .setSupportsAutonamingConfiguration(true);
    }),

    invoke: unary((request: InstanceType<typeof messages.InvokeRequest>, peer) =>
      new messages.InvokeResponse().setReturn(
        encode(invoke(request.getTok(), decode(request.getArgs()).values, connectionOf(peer))),
      ),
    ),

    check: unary((request: InstanceType<typeof messages.CheckRequest>) => {
      const type = resourceType(request.getType());
      const news = decode(request.getNews());
      const name = autoName(type, news.values, decode(request.getOlds()).values, {
        logicalName: request.getName(),
        seed: request.getRandomseed_asU8(),
        proposed: request.getAutonaming()?.getProposedName(),
      });
      const failures = checkInputs(type, news.values).map(({ property, reason }) =>
        new messages.CheckFailure().setProperty(property).setReason(reason),
      );
      return new messages.CheckResponse()
        .setInputs(encode({ ...news.values, ...name }, news.secrets))
        .setFailuresList(failures);
    }),

    diff: unary((request: InstanceType<typeof messages.DiffRequest>) => {
      const olds = decode(request.getOldInputs() ?? request.getOlds()).values;
      return diffResponse(resourceType(request.getType()), olds, decode(request.getNews()).values);
    }),

    create: unary(async (request: InstanceType<typeof messages.CreateRequest>, peer) => {
      const created = await create(resource(request, peer), decode(request.getProperties()), request.getPreview());
      return new messages.CreateResponse().setId(created.id).setProperties(created.properties);
    }),

    read: unary(async (request: InstanceType<typeof messages.ReadRequest>, peer) => {
      const olds = decode(request.getProperties());
      const found = await read(resource(request, peer), request.getId(), olds, decode(request.getInputs()));
      const response = new messages.ReadResponse();
      // A response without an id means that the resource is gone.
      return found ? response.setId(found.id).setProperties(found.properties).setInputs(found.inputs) : response;
    }),

    update: unary(async (request: InstanceType<typeof messages.UpdateRequest>, peer) => {
      const [olds, news] = [decode(request.getOlds()), decode(request.getNews())];
      const properties = await update(resource(request, peer), request.getId(), olds, news, request.getPreview());
      return new messages.UpdateResponse().setProperties(properties);
    }),

    delete: unary(async (request: InstanceType<typeof messages.DeleteRequest>, peer) => {
      await remove(resource(request, peer), request.getId(), decode(request.getProperties()));
      return new empty.Empty();
    }),
  };
}

function diffResponse(type: ReturnType<typeof resourceType>, olds: Values, news: Values) {
  const { changes, deleteBeforeReplace } = diff(type, olds, news);
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse()
    .setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList(changes.map(({ property }) => property))
    .setReplacesList(changes.filter(({ replaces }) => replaces).map(({ property }) => property))
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const change of changes) {
    const detail = new messages.PropertyDiff().setKind(diffKind(change)).setInputdiff(true);
    response.getDetaileddiffMap().set(change.property, detail);
  }
  return response;
}

function diffKind({ kind, replaces }: Change) {
  const kinds = messages.PropertyDiff.Kind;
  if (kind === "add") return replaces ? kinds.ADD_REPLACE : kinds.ADD;
  if (kind === "delete") return replaces ? kinds.DELETE_REPLACE : kinds.DELETE;
  return replaces ? kinds.UPDATE_REPLACE : kinds.UPDATE;
}

/** Wraps a function of the request and the engine's address as a gRPC handler, which passes errors on to the engine. */
function unary<Request, Response>(handle: (request: Request, peer: string) => Response | Promise<Response>) {
  return async (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => {
    try {
      callback(null, await handle(call.request, call.getPeer()));
    } catch (error) {
      callback({ code: status.UNKNOWN, details: (error as Error).message });
    }
  };
}
