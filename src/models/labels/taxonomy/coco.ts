/**
 * The narrowest term of each category of the COCO paper, the eleven unused ones included. The category above it is the
 * supercategory of COCO's annotations (arXiv:1405.0312).
 */
export const COCO_PLACES = `
Person: person
Road Vehicle: car, truck, bus
Cycle: bicycle, motorcycle
Aircraft: airplane
Rail Vehicle: train
Watercraft: boat
Street Furniture: traffic light..bench
Animal: bird
Mammal: cat, dog, elephant, bear
Hoofed Mammal: giraffe
Equine: horse, zebra
Sheep and Goat: sheep
Bovine: cow
Headwear: hat
Bag: backpack, handbag, suitcase
Carried Item: umbrella
Footwear: shoe
Eyewear: eye glasses
Neckwear: tie
Balls and Pucks: sports ball
Sports Gear: frisbee..snowboard, kite..tennis racket
Bottles and Jugs: bottle
Tableware: plate, bowl
Drinkware: wine glass, cup
Utensil: fork..spoon
Fruit: banana, apple, orange
Fast Food: sandwich, hot dog, pizza
Vegetable: broccoli, carrot
Dessert: donut, cake
Seating: chair, couch
Home Fitting: potted plant, mirror, window, door
Bedroom Furniture: bed
Table: dining table, desk
Bathroom Fixture: toilet
Audio and Video: tv, remote
Computing: laptop, mouse, keyboard
Telephone: cell phone
Kitchen Appliance: microwave..blender
Books and Print: book
Timepiece: clock
Decoration: vase
Stationery: scissors
Toys and Games: teddy bear
Personal Care: hair drier..hair brush
`;
