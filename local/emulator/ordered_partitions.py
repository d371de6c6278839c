"""Makes MiniStack's queries fast: they read one page, as on DynamoDB, and not the whole partition.

For every query, MiniStack collects, sorts and checks all items of the partition, which takes seconds once there are 100,000
orders or 10,000 products. Here, a partition of the table or of an index is kept sorted once it was queried, and the query
sees only the items of its page. All checks remain MiniStack's own. Queries that don't have the form below see the whole
partition, as before.

MiniStack also checks a condition's syntax for every item, which takes longer than evaluating it. Here the result is cached.
"""

import re
import threading
from bisect import bisect_left, bisect_right, insort
from functools import lru_cache

from ministack.services import dynamodb

# Equality on the partition key and, optionally, one bound on the sort key, or two.
CONDITION = re.compile(
    r"\s*(?P<hash>#?\w+)\s*=\s*(?P<partition>:\w+)"
    r"(?:\s+AND\s+(?P<sort>#?\w+)\s*(?:(?P<operator><=|<|>=|>)\s*(?P<bound>:\w+)"
    r"|BETWEEN\s+(?P<low>:\w+)\s+AND\s+(?P<high>:\w+)))?\s*"
)
# Stored with the members of the indexes, so that it is dropped with them.
SORTED = object()
LAST = "\U0010ffff"

current = threading.local()


def query(data):
    current.page = Page(data)
    try:
        current.page.sort_partition()
        return query_all(data)
    finally:
        current.page = None


def index_members(table):
    members = all_index_members(table)
    page = getattr(current, "page", None)
    return {page.index: IndexPage(page, table, members)} if page and page.is_supported else members


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
    """What a query asks for."""

    def __init__(self, data):
        self.data = data
        self.index = data.get("IndexName")
        self.table = dynamodb._tables.get(dynamodb._normalize_table_name(data.get("TableName")))
        self.condition = CONDITION.fullmatch(data.get("KeyConditionExpression") or "")
        self.is_supported = bool(self.table and self.condition) and self.has_string_keys()

    def has_string_keys(self):
        if self.data.get("ExclusiveStartKey"):
            return False
        hashes, ranges = [self.table["pk_name"]], [self.table["sk_name"]]
        if self.index:
            hashes, ranges = dynamodb._index_key_lists(dynamodb._index_def(self.table, self.index) or {})
        names = [*hashes, *(ranges if self.condition["sort"] else [])]
        values = [self.value(name) for name in ("partition", "bound", "low", "high") if self.condition[name]]
        return (
            names == [self.attribute(name) for name in ("hash", "sort") if self.condition[name]]
            and [dynamodb._get_attr_type(self.table, name) for name in [*hashes, *ranges] if name] == ["S", "S"]
            and all(isinstance(value, str) for value in values)
        )

    def attribute(self, name):
        return (self.data.get("ExpressionAttributeNames") or {}).get(self.condition[name], self.condition[name])

    def value(self, name):
        value = (self.data.get("ExpressionAttributeValues") or {}).get(self.condition[name])
        return value.get("S") if isinstance(value, dict) else None

    def sort_partition(self):
        """Has the table's partition show only this page, if that is what is queried."""
        if not self.is_supported or self.index:
            return
        items, partition = self.table["items"], self.value("partition")
        if partition in items and not isinstance(items[partition], Partition):
            items[partition] = Partition(items[partition])

    def of(self, keys):
        """The page's part of a partition's sorted keys, which begin with the value of the sort key."""
        low, high = 0, len(keys)
        operator, bound = self.condition["operator"], self.value("bound")
        if self.condition["low"]:
            low, high = bisect_left(keys, (self.value("low"),)), bisect_right(keys, (self.value("high"), LAST))
        elif operator == "<":
            high = bisect_left(keys, (bound,))
        elif operator == "<=":
            high = bisect_right(keys, (bound, LAST))
        elif operator == ">":
            low = bisect_right(keys, (bound, LAST))
        elif operator == ">=":
            low = bisect_left(keys, (bound,))
        limit = int(self.data.get("Limit") or len(keys))
        if self.data.get("ScanIndexForward", True):
            return keys[low : min(high, low + limit)]
        return keys[max(low, high - limit) : high]


class Partition(dict):
    """A partition of a table: the items by the value of their sort key. To a query, its values are those of its page."""

    keys_in_order = None

    def __setitem__(self, key, item):
        if key not in self:
            self.keys_in_order = None
        super().__setitem__(key, item)

    def pop(self, key, *default):
        self.keys_in_order = None
        return super().pop(key, *default)

    def values(self):
        page = getattr(current, "page", None)
        if page is None or page.index or not page.is_supported:
            return super().values()
        if self.keys_in_order is None:
            self.keys_in_order = sorted((key,) for key in self)
        return [self[key] for (key,) in page.of(self.keys_in_order)]


class IndexPage:
    """What one query sees of one index, in place of the dictionary of its partitions."""

    def __init__(self, page, table, members):
        self.page, self.table, self.members = page, table, members

    def get(self, partition, default):
        return [(base_pk, base_sk) for _, base_pk, base_sk in self.page.of(self.sorted_keys(partition))]

    def sorted_keys(self, partition):
        name = self.page.index
        kept = self.members.setdefault(SORTED, {})
        if (name, partition) not in kept:
            (sort_name,) = dynamodb._index_key_lists(dynamodb._index_def(self.table, name))[1]
            items = self.table["items"]
            keys = self.members.get(name, {}).get(partition, ())
            kept[name, partition] = sorted((items[pk][sk][sort_name]["S"], pk, sk) for pk, sk in keys)
        return kept[name, partition]


query_all = dynamodb._query
all_index_members = dynamodb._index_members
index_item_unsorted = dynamodb._index_item


def install():
    dynamodb._query = query
    dynamodb._index_members = index_members
    dynamodb._index_item = index_item
    dynamodb._condition_syntax_error = lru_cache(maxsize=1000)(dynamodb._condition_syntax_error)
