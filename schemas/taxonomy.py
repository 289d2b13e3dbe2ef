"""矛盾纠纷类别: the category taxonomy (司法行政 monthly statistics plus eight added classes, domain.md §3)."""

CATEGORIES: tuple[str, ...] = (
    "婚姻家庭",
    "邻里",
    "房屋宅基地",
    "合同",
    "生产经营",
    "损害赔偿",
    "山林土地",
    "征地拆迁",
    "环境污染",
    "劳动争议",
    "消费",
    "医疗",
    "道路交通事故",
    "物业",
    "金融借贷",
    "非法集资",
    "问题楼盘",
    "破产债权",
    "行政争议",
    "知识产权",
    "电子商务",
    "旅游",
    "其他",
)

CATEGORY_INDEX: dict[str, int] = {name: index for index, name in enumerate(CATEGORIES)}
OTHER = "其他"
