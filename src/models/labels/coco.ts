/**
 * The 91 categories of the COCO paper in id order; line n is id n. The released annotations use 80 of them:
 * a star marks the eleven that no detector was ever trained on, and that `coco-80` leaves out.
 *
 * Source: Lin et al., "Microsoft COCO: Common Objects in Context", arXiv:1405.0312, appendix.
 */
export const COCO_TABLE = `
人|person, human, people
自行车|bicycle, bike
汽车|car, automobile, auto
摩托车|motorcycle, motorbike
飞机|airplane, aeroplane, plane
公交车|bus
火车|train
卡车|truck, lorry
船|boat, ship
红绿灯|traffic light, stoplight
消防栓|fire hydrant, hydrant
*路牌|street sign
停车标志|stop sign
停车计时器|parking meter
长椅|bench
鸟|bird
猫|cat
狗|dog
马|horse
绵羊|sheep
牛|cow, cattle
大象|elephant
熊|bear
斑马|zebra
长颈鹿|giraffe
*帽子|hat
背包|backpack, rucksack, knapsack
雨伞|umbrella
*鞋|shoe
*眼镜|eye glasses, eyeglasses, glasses, spectacles
手提包|handbag, purse
领带|tie, necktie
行李箱|suitcase
飞盘|frisbee
滑雪板|skis, ski
单板滑雪板|snowboard
运动用球|sports ball, ball
风筝|kite
棒球棒|baseball bat
棒球手套|baseball glove, baseball mitt
滑板|skateboard
冲浪板|surfboard
网球拍|tennis racket, tennis racquet
瓶子|bottle
*盘子|plate
红酒杯|wine glass, wineglass
杯子|cup
叉子|fork
餐刀|knife
勺子|spoon
碗|bowl
香蕉|banana
苹果|apple
三明治|sandwich
橙子|orange
西兰花|broccoli
胡萝卜|carrot
热狗|hot dog, hotdog
披萨|pizza
甜甜圈|donut, doughnut
蛋糕|cake
椅子|chair
沙发|couch, sofa
盆栽|potted plant, pottedplant, houseplant
床|bed
*镜子|mirror
餐桌|dining table, diningtable
*窗户|window
*书桌|desk
马桶|toilet
*门|door
电视|tv, television, tvmonitor, tv monitor
笔记本电脑|laptop, notebook computer
鼠标|mouse, computer mouse
遥控器|remote, remote control
键盘|keyboard, computer keyboard
手机|cell phone, cellphone, mobile phone
微波炉|microwave, microwave oven
烤箱|oven
烤面包机|toaster
水槽|sink
冰箱|refrigerator, fridge
*搅拌机|blender
书|book
时钟|clock
花瓶|vase
剪刀|scissors
泰迪熊|teddy bear, teddy
吹风机|hair drier, hair dryer, blow dryer
牙刷|toothbrush
*梳子|hair brush, hairbrush
`;
