/**
 * The vocabulary of the taxonomy: one term a line, English and Chinese, indented under its broader term. A line at the
 * margin is a category. A third column says what kind of thing the term names; terms below inherit it.
 *
 * The categories of COCO (arXiv:1405.0312) keep their meaning, so that a class which is in both sets, such as the
 * banana, is in the same category in both: a hat is an accessory and a flowerpot is an indoor thing because COCO
 * says so of hats and vases. A table, hence its length.
 */
export const TERMS_TABLE = `
Person|人物|object
  Athlete|运动员
  Wedding Party|婚礼人物
Animal|动物|object
  Mammal|哺乳动物
    Dog|犬
      Toy Dog|玩赏犬
      Hound|狩猎犬
      Terrier|梗犬
      Gun Dog|枪猎犬
      Herding Dog|牧羊犬
      Working Dog|工作犬
      Spitz|狐狸犬
      Poodle|贵宾犬
    Wild Canine|野生犬科动物
    Domestic Cat|家猫
    Wild Cat|野生猫科动物
    Bear|熊类
    Carnivore|食肉动物
    Rodent|啮齿动物
    Rabbit and Hare|兔类
    Hoofed Mammal|有蹄动物
      Equine|马科动物
      Swine|猪类
      Bovine|牛类
      Sheep and Goat|羊类
      Antelope|羚羊
      Camelid|骆驼科动物
    Primate|灵长动物
      Ape|猿类
      Monkey|猴类
      Lemur|狐猴类
    Elephant Family|象科动物
    Marsupial|有袋动物
    Monotreme|单孔动物
    Edentate|贫齿动物
    Marine Mammal|海洋哺乳动物
  Bird|鸟类
    Songbird|鸣禽
    Bird of Prey|猛禽
    Poultry|家禽
    Game Bird|雉鸡类
    Parrot|鹦鹉
    Waterfowl|水禽
    Wading Bird|涉禽
    Seabird|海鸟
  Reptile|爬行动物
    Turtle|龟鳖
    Lizard|蜥蜴
    Crocodilian|鳄类
    Dinosaur|恐龙
    Snake|蛇类
  Amphibian|两栖动物
    Salamander|蝾螈类
    Frog|蛙类
  Fish|鱼类
    Shark|鲨鱼
    Ray|鳐类
  Insect|昆虫
    Beetle|甲虫
    Butterfly|蝴蝶
  Arachnid|蛛形动物
    Spider|蜘蛛
  Crustacean|甲壳动物
    Crab|蟹类
  Arthropod|节肢动物
  Mollusk|软体动物
  Echinoderm|棘皮动物
  Cnidarian|刺胞动物
  Worm|蠕虫
Plant|植物|object
  Flower|花卉
  Crop|农作物
  Nut and Wild Fruit|坚果与野果
Fungus|真菌|object
  Wild Mushroom|野生菌菇
Nature|自然景观|scene
  Landform|地貌
  Waterside|水域风光
  Natural Phenomenon|自然现象|concept
  Animal Structure|动物巢网|object
Food|食物|object
  Fruit|水果
  Vegetable|蔬菜
    Squash|瓜类蔬菜
  Baked Goods|面点
  Dessert|甜品
  Fast Food|快餐
  Dish|菜肴
  Sauce|酱料
  Drink|饮品
Kitchen|厨房用品|object
  Drinkware|饮具
  Bottles and Jugs|瓶壶
  Cookware|炊具
  Utensil|厨房器具
  Tableware|餐具
Furniture|家具|object
  Seating|坐具
  Table|桌台
  Bedroom Furniture|卧室家具
  Storage Furniture|储物家具
  Bathroom Fixture|卫浴设施
  Home Fitting|家居设施
Appliance|家电|object
  Kitchen Appliance|厨房电器
  Household Appliance|生活电器
Electronic|电子产品|object
  Computing|计算机设备
  Telephone|电话
  Audio and Video|影音设备
  Photography|摄影器材
  Office Machine|办公设备
  Self-Service Machine|自助设备
Vehicle|交通工具|object
  Road Vehicle|道路车辆
    Motor Car|乘用车
    Goods Vehicle|货车
    Passenger Transport|客车
    Service Vehicle|专用车辆
    Cycle|自行车与摩托车
  Rail Vehicle|轨道车辆
  Watercraft|船舶
    Sailing Vessel|帆船
    Motor Vessel|机动船
  Aircraft|航空器
  Spacecraft|航天器
  Work Vehicle|作业车辆
  Military Vehicle|军用车辆
  Cart and Sled|推拉车与雪橇
  Vehicle Part|车船部件
Outdoor|户外设施|object
  Street Furniture|街道设施
  Fence and Wall|围栏与围墙
  Garden and Playground|庭园与游乐设施
  Camping Gear|露营装备
Building|建筑|scene
  Shop|店铺
  Religious Building|宗教建筑
  Public Building|公共建筑
  Dwelling|居所
  Farm and Industrial Building|农业与工业建筑
  Infrastructure|基础设施
    Bridge|桥梁
  Venue|场馆与舞台
  Monument|纪念物|object
  Building Part|建筑构件|object
Clothing|服装|object
  Garment|衣裙
  Outerwear|外套
  Formal and Uniform|礼服与制服
  Swimwear|泳装
  Underwear and Hosiery|内衣与袜类
Accessory|配饰|object
  Headwear|头饰
    Protective Headgear|头盔
  Footwear|鞋类
  Eyewear|眼镜类
  Neckwear|颈饰
  Bag|箱包
  Jewelry and Fastening|首饰与扣件
  Carried Item|随身用品
Sports|运动|object
  Balls and Pucks|球类
  Gym Equipment|健身器械
  Sports Gear|运动器材
Musical Instrument|乐器|object
  String Instrument|弦乐器
  Wind Instrument|管乐器
  Keyboard Instrument|键盘乐器
  Percussion Instrument|打击乐器
Weapon|武器|object
  Firearm|枪械
  Heavy Weapon|重型武器
  Traditional Weapon|传统兵器
  Armor|护甲
Tool|工具|object
  Hand Tool|手工工具
  Power Tool|动力工具
  Measuring Instrument|测量器具
  Optical Instrument|光学仪器
  Hardware|五金件
  Craft Tool|手工艺用具
  Machinery|机械设备
Medical|医疗用品|object
  Medical Supply|医疗器材
  Laboratory Ware|实验器皿
Indoor|室内用品|object
  Timepiece|钟表
  Decoration|装饰摆件
  Toys and Games|玩具与游戏
  Stationery|文具
  Books and Print|书刊与印刷品
  Personal Care|个人护理
  Baby Care|婴儿用品
  Household Textile|家用纺织品
  Cleaning Supply|清洁用品
  Lighting and Fire|照明与火源
  Container|容器
  Household Item|家居杂品
Content Rating|内容分级|concept
  Safe|安全内容
  Suggestive|性暗示内容
  Explicit|露骨内容
`;
