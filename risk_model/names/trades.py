"""Words for what an enterprise does. They part the brand of a name from its trade: 鑫建福 | 商品混凝土."""

from functools import lru_cache

_WORDS = """
房地产 地产 置业 置地 不动产 开发 建设 建筑 建工 建安 工程 安装 装饰 装修 装潢 装璜 市政 路桥 公路 桥梁 隧道 园林 绿化 景观 古建筑 土石方 基础 地基 爆破 拆除 幕墙 钢结构 防水 防腐 保温 消防 暖通 空调 机电 电气 水电 水利 水务 水利水电 电力
监理 造价 勘察 勘测 测绘 设计 规划 咨询 招标 代理 检测 检验 鉴定 评估 劳务 分包 劳务分包 承包 总承包 人力 人力资源 人才 派遣 劳务派遣 外包 家政 保洁 保安 安保 物业 物业服务 物业管理 后勤 管理 服务 经营 运营 租赁 机械租赁 设备租赁
建材 建筑材料 材料 混凝土 商品混凝土 商砼 水泥 水泥制品 砂石 石材 石料 砖瓦 新型建材 玻璃 陶瓷 门窗 铝材 铝业 铝合金 钢材 钢铁 钢管 金属 金属制品 五金 五金制品 不锈钢 管业 管道 管材 阀门 电缆 线缆 电线 电器 灯饰 照明 光电 涂料 油漆 防水材料 木业 木材 木制品 板材 家具 家居 家私 厨具 厨卫 洁具 卫浴 地板 橱柜 门业
服装 服饰 制衣 纺织 针织 印染 染整 毛纺 棉业 棉纺 丝绸 家纺 布艺 鞋业 鞋服 皮革 皮具 箱包 羽绒 玩具 工艺品 礼品 饰品 珠宝 首饰 黄金 钟表 眼镜 化妆品 日化 日用品 百货 商贸 贸易 商业 经贸 工贸 外贸 进出口 物资 供应链 批发 零售 销售 营销 购销 超市 商场 购物 购物中心 商城 便利店 连锁 专卖 家电 电器销售 电子 电子科技 电子商务 电商 网络 网络科技 互联网 互联网科技 信息 信息技术 信息科技 信息咨询 软件 科技 技术 科技发展 数码 数据 大数据 智能 智能科技 智慧 通信 通讯 物联网 云计算 人工智能 计算机 电脑 系统集成 自动化 仪器 仪表 仪器仪表 芯片 半导体 光伏 新能源 能源 节能 环保 环境 生态 环境服务 环卫 再生资源 资源 废旧物资 污水处理 水处理
机械 机械制造 机械设备 设备 装备 制造 重工 模具 铸造 锻造 轴承 机床 电机 泵业 农机 汽配 汽车配件 汽车 汽车销售 汽车销售服务 汽车服务 汽修 汽车维修 汽车租赁 汽贸 车业 摩托车 电动车 船舶 造船 航空 航运 海运 货运 客运 运输 运输服务 物流 快递 快运 速递 配送 仓储 冷链 冷藏 搬家 公交 出租车 出租汽车 驾校 驾驶 驾驶培训 机动车驾驶员培训 停车 码头 港务 港口
食品 饮料 乳业 酒业 酿酒 啤酒 茶叶 茶业 粮油 粮食 米业 面粉 油脂 调味品 糖业 肉类 肉联 屠宰 水产 水产加工 水产养殖 海产品 冷冻食品 糕点 餐饮 餐饮管理 饮食 酒店 酒店管理 宾馆 饭店 旅馆 民宿 民宿管理 度假村 旅行社 旅游 旅游开发 景区 景区管理 文旅 娱乐 影视 影业 文化 文化传媒 文化传播 传媒 传播 广告 会展 会议 演艺 演出 婚庆 婚庆服务 摄影 印刷 印刷包装 包装 纸业 造纸 纸制品 出版 图书 书店 文具 体育 健身 健身服务 养生 洗浴 美容 美容服务 美发 美容美发 美业 理发 足浴 游泳 俱乐部
教育 教育培训 教育科技 教育咨询 培训 培训学校 学校 幼儿园 托育 托育服务 托管 托老 艺术培训 文化艺术 文化艺术培训 艺术 留学 职业技能 职业培训 医院 康复 康复医院 中医 中医院 中医门诊部 门诊部 门诊 诊所 口腔 口腔门诊部 口腔医院 眼科 眼科医院 妇产 妇产医院 医疗美容 医疗美容诊所 医美 整形 医疗 医疗器械 医药 医药连锁 药业 制药 药房 大药房 生物 生物科技 生物医药 保健品 健康 健康管理 健康咨询 健康产业 养老 养老服务 养老产业 养老院 护理 母婴 月子
投资 投资管理 投资咨询 资产 资产管理 资本 财富 财富管理 基金 基金管理 股权投资 创业投资 金融 金融服务 小额贷款 贷款 担保 融资担保 融资 融资租赁 典当 拍卖 保险 保险代理 保险经纪 财产保险 人寿保险 银行 农村商业银行 商业银行 信用社 信托 证券 期货 商务 商务咨询 企业管理 企业咨询 企业管理咨询 管理咨询 财务 财务咨询 税务 会计 法律 知识产权 中介 房产中介 房产 房地产经纪 经纪 房屋 置换 产业 产业发展 实业 发展 控股 企业 工业 产业园 园区 孵化 孵化器
农业 农业科技 农业发展 农业开发 生态农业 现代农业 农资 农产品 种业 种子 种苗 苗木 苗圃 花卉 种植 养殖 畜牧 牧业 畜禽 禽业 饲料 化肥 肥业 农药 林业 林果 果业 果品 果蔬 蔬菜 食用菌 药材 中药材 粮贸 渔业 水产品 茶业 蚕业
化工 化工产品 化学 精细化工 石化 石油 石油化工 油品 加油站 燃气 天然气 液化气 热力 供热 供暖 热电 供水 自来水 供电 电业 煤业 煤炭 煤矿 矿业 矿产 采石 焦化 冶金 有色金属 稀土 盐业 塑料 塑料制品 塑业 塑胶 橡胶 橡塑 轮胎 化纤 纤维 树脂 新材料 材料科技 复合材料 碳素 电池 锂电 燃料
信息产业 文化产业 文化发展 文化旅游 直播 直播科技 短视频 传媒科技 动漫 游戏 平台 纺织品 国际 国际贸易 综合 精密 策划 营销策划 展览 部件 零件 零部件 特钢 数控 制作 煤气 电梯 时装 乐器 创意 文化创意 水果 化妆 美妆 顾问 企业管理顾问 生活 生活馆 生活超市 特种设备 起重 吊装 塔机 脚手架 模板 防护 劳保 安防 监控 弱电 网吧 网店 水产冷冻 冷冻 冷食 制冷 空调设备 电力工程 电力设备 变压器 输变电 城市更新 旧城改造 棚改 拆迁 土地整理 土地开发 农林 林场 农场 牧场 渔场 屠宰场 批发市场 农贸市场 市场 市场管理 市场开发 商业管理 商业运营 美食 快餐 烘焙 火锅 茶楼 咖啡 茶馆 酒吧 影城 影院 电影 电影院 歌舞 棋牌 桑拿 温泉 滑雪 游乐 游乐园 乐园 公园 旅业 票务 签证 出国 劳务输出 信息工程 网络工程 网络信息 通信工程 通信技术 传感 激光 机器人 无人机 航天 卫星 医学 检验所 体检 齿科 牙科 儿科 骨科 皮肤 精神病 疗养 保健 按摩 推拿 理疗 针灸 国医 堂医药 共享 供热服务 公用事业 公共服务 城市建设 城建 城建投资 城市投资 城投 交通 交通运输 交投 国有资产经营 国资 水产科技 农业生态 生活服务 社区服务 洗涤 干洗 开锁 维修 修理 回收 清洁 殡葬 殡仪 物资回收 商行 贸易商行 经销处 经营部 服务部 服务中心 服务站 营业部 门市部 加工厂 制品厂 加工 制品 用品 配件 器材 耗材 产品
"""
TRADE_WORDS = frozenset(_WORDS.split())
SHOPS = ("超市", "商店", "商行", "饭店", "饭馆", "餐馆", "餐厅", "酒楼", "酒店", "宾馆", "旅馆", "火锅店", "烧烤店", "美容院", "理发店", "服装店", "五金店", "门店", "药店", "大药房", "诊所", "幼儿园", "养老院", "学校", "医院", "事务所", "工作室", "俱乐部", "会所", "网吧", "影城", "煤矿", "养殖场", "砖厂", "采石场", "石料厂", "加工厂", "工厂", "驾校", "店", "厂", "行", "馆", "部", "院", "社", "站", "场", "坊")  # fmt: skip
"""Endings by which small enterprises without a legal form are named; they belong to the trade."""
_INSIDE = range(
    2, 5
)  # where a trade may begin when the end of the name is no trade: a brand has two to four characters
_SHORTEST, _LONGEST = 2, max(map(len, TRADE_WORDS))
_BRAND_LEAST = 2


@lru_cache(maxsize=4_096)
def split_trade(body: str) -> tuple[str, str]:
    """Brand and trade of a name without region and form.

    The trade is the longest end of the name that is made of trade words and leaves a brand of at least two characters; a name that
    is nothing but trade words has no brand, one without any trade word is all brand.
    """
    ends = _trade_starts(body)
    starts = [start for start in ends if start >= _BRAND_LEAST]
    if 0 in ends and len(body) <= _BRAND_LEAST + 2:
        return "", body
    if starts and min(starts) in _INSIDE:
        return body[: min(starts)], body[min(starts) :]
    if 0 in ends and not starts:
        return "", body
    inside = _first_trade(body)
    if inside:
        return body[:inside], body[inside:]
    if starts:
        return body[: min(starts)], body[min(starts) :]
    for kind in SHOPS:
        if body.endswith(kind) and len(body) - len(kind) >= _BRAND_LEAST:
            brand, inner = split_trade(body[: -len(kind)])
            return (brand, inner + kind) if brand else (body[: -len(kind)], kind)
    return body, ""


def _trade_starts(body: str) -> set[int]:
    """Positions from which a name is made of trade words to its end."""
    ends = [len(body)]
    for start in range(len(body) - _SHORTEST, -1, -1):
        if any(_SHORTEST <= end - start <= _LONGEST and body[start:end] in TRADE_WORDS for end in ends):
            ends.append(start)
    return set(ends[1:])


def _first_trade(body: str) -> int:
    """Position of the first trade word behind a brand of usual length, 0 when there is none."""
    for start in _INSIDE:
        if any(body[start : start + size] in TRADE_WORDS for size in range(2, min(_LONGEST, len(body) - start) + 1)):
            return start
    return 0
