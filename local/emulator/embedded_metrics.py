"""Does what CloudWatch Logs does on AWS: extracts metrics from log lines in the Embedded Metric Format,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html

MiniStack only stores the lines. They are read here from the output of the functions' processes, where they outlive a process
that is killed.
"""

import json
import os
import queue
import threading
import time
from itertools import groupby
from urllib.request import Request, urlopen

from ministack.core.lambda_runtime import ProvidedWorker

# The emulator evaluates every alarm for each call.
BATCH_SECONDS = 0.1

lines = queue.SimpleQueue()
pump = ProvidedWorker._pump_output


class Output:
    """The output of a function's process. Queues its metrics when they are read."""

    def __init__(self, stream):
        self.stream = stream
        self.close = stream.close

    def readline(self):
        line = self.stream.readline()
        if line.startswith(b'{"_aws":'):
            lines.put(line)
        return line


def put_batches():
    while True:
        batch = [lines.get()]
        time.sleep(BATCH_SECONDS)
        while not lines.empty():
            batch.append(lines.get())
        data = sorted((datum for line in batch for datum in parse(json.loads(line))), key=namespace_of)
        for namespace, group in groupby(data, namespace_of):
            put(namespace, [datum for _, datum in group])


def parse(line):
    """All values of a line, once for each set of dimensions."""
    metadata = line["_aws"]
    for directive in metadata["CloudWatchMetrics"]:
        for names in directive["Dimensions"]:
            for metric in directive["Metrics"]:
                value = line[metric["Name"]]
                yield directive["Namespace"], {
                    "MetricName": metric["Name"],
                    "Dimensions": [{"Name": name, "Value": line[name]} for name in names],
                    "Timestamp": metadata["Timestamp"] / 1000,
                    "Unit": metric["Unit"],
                    "Values": value if isinstance(value, list) else [value],
                }


def namespace_of(namespaced):
    return namespaced[0]


def put(namespace, data):
    """Sends as the account: on AWS, too, it isn't the function that puts these metrics, and it isn't allowed to."""
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "GraniteServiceVersion20100801.PutMetricData",
        # The emulator does not check its own account's signature.
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/monitoring/aws4_request, "
        "SignedHeaders=host, Signature=0",
    }
    body = json.dumps({"Namespace": namespace, "MetricData": data}).encode()
    try:
        urlopen(Request(os.environ["AWS_ENDPOINT_URL"], body, headers)).close()
    except OSError as error:
        print(f"The metrics of {namespace} could not be put: {error}.")  # later ones still can


def install():
    ProvidedWorker._pump_output = lambda worker, stream, log: pump(worker, Output(stream), log)
    threading.Thread(target=put_batches, daemon=True).start()
