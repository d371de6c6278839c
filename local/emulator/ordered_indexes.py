"""Makes MiniStack's index queries fast: they read one page, as on DynamoDB, and not the whole partition.

For every query of an index, MiniStack collects, sorts and checks all items of the partition, which takes seconds once there
are 100,000 orders. Here, a partition is kept sorted once it was queried, and the query sees only the items of its page.
All checks remain MiniStack's own. Queries that don't have the form below see the whole partition, as before.

MiniStack also checks a condition's syntax for every item, which takes longer than evaluating it. Here the result is cached.
"""

import re
import threading
from bisect import bisect_left, bisect_right, insort
from functools import lru_cache

from ministack.services import dynamodb

# Equality on the partition key and, optionally, one bound on the sort key.
CONDITION = re.compile(r"\s*(#?\w+)\s*=\s*:\w+(?:\s+AND\s+#?\w+\s*(<=|<|>=|>)\s*(:\w+))?\s*")
# Stored with the members of the indexes, so that it is dropped with them.
SORTED = object()
LAST = "\U0010ffff"

current = threading.local()


def query(data):
    current.query = data
    try:
        return query_all(data)
    finally:
        current.query = None


def index_members(table):
    members = all_index_members(table)
    page = Page(table, members, getattr(current, "query", None) or {})
    return {page.name: page} if page.is_supported() else members


def index_item(table, base_pk, base_sk, item, add):
    index_item_unsorted(table, base_pk, base_sk, item, add)
    kept = (table.get(dynamodb._INDEX_MEMBERS) or {}).get(SORTED, {})
    for name, hashes, ranges in dynamodb._index_key_schemas(table):
        keys = kept.get((name, dynamodb._index_partition(item, hashes, ranges)))
        if keys is None:
            continue
        key = (item[ranges[0]]["S"], base_pk, base_sk)
        if add:
            insort(keys, key)
        else:
            del keys[bisect_left(keys, key)]


class Page:
    """What one query sees of one index, in place of the dictionary of its partitions."""

    def __init__(self, table, members, data):
        self.table, self.members, self.data = table, members, data
        self.name = data.get("IndexName")
        self.condition = CONDITION.fullmatch(data.get("KeyConditionExpression") or "")

    def is_supported(self):
        if not (self.condition and self.data.get("Limit")) or self.data.get("ExclusiveStartKey"):
            return False
        hashes, ranges = dynamodb._index_key_lists(dynamodb._index_def(self.table, self.name))
        first = self.condition[1]
        first = self.data.get("ExpressionAttributeNames", {}).get(first, first)
        return hashes == [first] and [dynamodb._get_attr_type(self.table, name) for name in ranges] == ["S"]

    def get(self, partition, default):
        keys = self.sorted_keys(partition)
        low, high = 0, len(keys)
        _, operator, value = self.condition.groups()
        if operator:
            bound = self.data["ExpressionAttributeValues"][value]["S"]
            if operator == "<":
                high = bisect_left(keys, (bound,))
            elif operator == "<=":
                high = bisect_right(keys, (bound, LAST))
            elif operator == ">":
                low = bisect_right(keys, (bound, LAST))
            else:
                low = bisect_left(keys, (bound,))
        limit = int(self.data["Limit"])
        if self.data.get("ScanIndexForward", True):
            high = min(high, low + limit)
        else:
            low = max(low, high - limit)
        return [(base_pk, base_sk) for _, base_pk, base_sk in keys[low:high]]

    def sorted_keys(self, partition):
        kept = self.members.setdefault(SORTED, {})
        if (self.name, partition) not in kept:
            (sort_name,) = dynamodb._index_key_lists(dynamodb._index_def(self.table, self.name))[1]
            items = self.table["items"]
            keys = self.members.get(self.name, {}).get(partition, ())
            kept[self.name, partition] = sorted((items[pk][sk][sort_name]["S"], pk, sk) for pk, sk in keys)
        return kept[self.name, partition]


query_all = dynamodb._query
all_index_members = dynamodb._index_members
index_item_unsorted = dynamodb._index_item


def install():
    dynamodb._query = query
    dynamodb._index_members = index_members
    dynamodb._index_item = index_item
    dynamodb._condition_syntax_error = lru_cache(maxsize=1000)(dynamodb._condition_syntax_error)
