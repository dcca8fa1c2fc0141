/**
 * The narrowest term of each ImageNet class. `a..b` is every class from a to b in class order; WordNet's order keeps
 * most animals together. Names are the unique names of the classes, so `crane` is the bird.
 *
 * Where the synset and its photographs differ, the photographs decide: `cup` is drinkware here, though WordNet means the
 * drink, and `sunglass` is worn. A table, hence its length.
 */
export const IMAGENET_PLACES = `
Athlete: ballplayer, scuba_diver
Wedding Party: groom

Fish: tench, goldfish, barracouta..puffer
Shark: great_white_shark..hammerhead
Ray: electric_ray, stingray
Poultry: cock, hen, goose
Bird: ostrich, coucal..toucan, bustard
Songbird: brambling..water_ouzel
Bird of Prey: kite..great_grey_owl
Salamander: European_fire_salamander..axolotl
Frog: bullfrog..tailed_frog
Turtle: loggerhead..box_turtle
Lizard: banded_gecko..Komodo_dragon
Crocodilian: African_crocodile, American_alligator
Dinosaur: triceratops
Snake: thunder_snake..sidewinder
Arthropod: trilobite, centipede
Arachnid: harvestman, scorpion, tick
Spider: black_and_gold_garden_spider..wolf_spider
Game Bird: black_grouse..partridge
Parrot: African_grey..lorikeet
Waterfowl: drake, red-breasted_merganser, black_swan
Elephant Family: tusker, Indian_elephant, African_elephant
Monotreme: echidna, platypus
Marsupial: wallaby..wombat
Cnidarian: jellyfish..brain_coral
Worm: flatworm, nematode
Mollusk: conch..chambered_nautilus
Crab: Dungeness_crab..king_crab, hermit_crab
Crustacean: American_lobster..crayfish, isopod
Wading Bird: white_stork..American_coot, ruddy_turnstone..oystercatcher
Seabird: pelican..albatross
Marine Mammal: grey_whale..sea_lion

Toy Dog: Chihuahua..toy_terrier, miniature_pinscher, affenpinscher, pug, Brabancon_griffon
Hound: Rhodesian_ridgeback..Scottish_deerhound, basenji
Gun Dog: Weimaraner, flat-coated_retriever..Irish_water_spaniel
Terrier: Staffordshire_bullterrier..West_Highland_white_terrier
Working Dog: kuvasz, schipperke, Rottweiler, Doberman, Greater_Swiss_Mountain_dog..Siberian_husky
Working Dog: Leonberg..Great_Pyrenees
Herding Dog: groenendael..Bouvier_des_Flandres, German_shepherd, Pembroke, Cardigan
Spitz: Samoyed..keeshond
Poodle: toy_poodle..standard_poodle
Dog: Lhasa, dalmatian, Mexican_hairless
Wild Canine: timber_wolf..African_hunting_dog, red_fox..grey_fox
Domestic Cat: tabby..Egyptian_cat
Wild Cat: cougar..cheetah
Bear: brown_bear..sloth_bear, giant_panda
Carnivore: hyena, mongoose, meerkat, weasel..badger, lesser_panda

Beetle: tiger_beetle..weevil
Insect: fly..damselfly
Butterfly: admiral..lycaenid
Echinoderm: starfish..sea_cucumber
Rabbit and Hare: wood_rabbit..Angora
Rodent: hamster..guinea_pig
Equine: sorrel, zebra
Swine: hog..warthog
Hoofed Mammal: hippopotamus
Bovine: ox..bison
Sheep and Goat: ram..ibex
Antelope: hartebeest..gazelle
Camelid: Arabian_camel, llama
Edentate: armadillo, three-toed_sloth
Ape: orangutan..siamang
Monkey: guenon..squirrel_monkey
Lemur: Madagascar_cat, indri

Flower: rapeseed..yellow_lady's_slipper
Crop: corn, ear, hay
Nut and Wild Fruit: acorn..buckeye
Wild Mushroom: coral_fungus..bolete
Landform: alp, cliff, geyser, valley, volcano
Waterside: coral_reef, lakeside..seashore
Natural Phenomenon: bubble
Animal Structure: honeycomb, spider_web

Fruit: Granny_Smith..pomegranate
Vegetable: head_cabbage..cauliflower, cucumber..mushroom
Squash: zucchini..butternut_squash
Baked Goods: French_loaf..pretzel, dough
Dessert: trifle..ice_lolly
Fast Food: cheeseburger, hotdog, pizza, burrito
Dish: plate, consomme, hot_pot, mashed_potato, carbonara, meat_loaf, potpie
Sauce: guacamole, chocolate_sauce
Drink: red_wine, espresso, eggnog

Drinkware: beer_glass, coffee_mug, goblet, cup
Bottles and Jugs: beer_bottle, bottlecap, pitcher, pop_bottle, water_bottle, water_jug, whiskey_jug, wine_bottle
Cookware: caldron, coffeepot, Dutch_oven, frying_pan, teapot, wok
Utensil: can_opener, cleaver, cocktail_shaker, corkscrew, ladle, measuring_cup, mixing_bowl, mortar, spatula, strainer
Utensil: wooden_spoon
Tableware: plate_rack, saltshaker, soup_bowl, tray

Seating: barber_chair, folding_chair, rocking_chair, studio_couch, throne
Table: desk, dining_table
Bedroom Furniture: bassinet, cradle, crib, four-poster
Storage Furniture: bookcase, chest, chiffonier, china_cabinet, entertainment_center, file, medicine_chest, wardrobe
Bathroom Fixture: bathtub, toilet_seat, washbasin
Home Fitting: fire_screen, radiator
Kitchen Appliance: Crock_Pot, dishwasher, espresso_maker, microwave, refrigerator, rotisserie, stove, toaster
Kitchen Appliance: waffle_iron
Household Appliance: electric_fan, iron, sewing_machine, space_heater, vacuum, washer

Computing: computer_keyboard, desktop_computer, hand-held_computer, hard_disc, joystick, laptop, modem, monitor, mouse
Computing: notebook, screen, space_bar
Telephone: cellular_telephone, dial_telephone, pay-phone
Audio and Video: cassette, cassette_player, CD_player, home_theater, iPod, loudspeaker, microphone, projector, radio
Audio and Video: remote_control, tape_player, television
Photography: lens_cap, Polaroid_camera, reflex_camera, tripod
Office Machine: photocopier, printer, typewriter_keyboard
Self-Service Machine: cash_machine, slot, vending_machine

Road Vehicle: recreational_vehicle
Motor Car: beach_wagon, cab, convertible, jeep, limousine, minivan, Model_T, racer, sports_car
Goods Vehicle: moving_van, pickup, trailer_truck
Passenger Transport: minibus, school_bus, trolleybus
Service Vehicle: ambulance, fire_engine, garbage_truck, police_van, snowplow, tow_truck
Cycle: bicycle-built-for-two, moped, motor_scooter, mountain_bike, tricycle, unicycle
Rail Vehicle: bullet_train, electric_locomotive, freight_car, passenger_car, steam_locomotive, streetcar
Watercraft: canoe, gondola, submarine, wreck
Sailing Vessel: catamaran, pirate, schooner, trimaran, yawl
Motor Vessel: aircraft_carrier, container_ship, fireboat, lifeboat, liner, speedboat
Aircraft: airliner, airship, balloon, warplane
Spacecraft: space_shuttle
Work Vehicle: forklift, go-kart, golfcart, harvester, snowmobile, thresher, tractor
Military Vehicle: amphibian, half_track, tank
Cart and Sled: barrow, dogsled, horse_cart, jinrikisha, oxcart, shopping_cart
Vehicle Part: car_mirror, car_wheel, disk_brake, grille, odometer, oil_filter, paddle, paddlewheel, seat_belt, wing

Street Furniture: ashcan, flagpole, gas_pump, mailbox, manhole_cover, park_bench, parking_meter, pole, street_sign
Street Furniture: traffic_light
Fence and Wall: chainlink_fence, picket_fence, stone_wall, turnstile, worm_fence
Garden and Playground: birdhouse, carousel, fountain, maypole, sundial, swing
Camping Gear: mountain_tent, sleeping_bag

Shop: bakery, barbershop, bookshop, butcher_shop, confectionery, grocery_store, restaurant, shoe_shop, tobacco_shop
Shop: toyshop
Religious Building: altar, bell_cote, church, monastery, mosque, stupa
Public Building: cinema, library, planetarium, prison
Dwelling: castle, cliff_dwelling, mobile_home, palace, patio, yurt
Farm and Industrial Building: apiary, barn, boathouse, greenhouse, lumbermill, water_tower
Infrastructure: beacon, breakwater, dam, dock, drilling_platform, pier
Bridge: steel_arch_bridge, suspension_bridge, viaduct
Venue: maze, scoreboard, stage, theater_curtain
Monument: brass, megalith, obelisk, pedestal, totem_pole, triumphal_arch
Building Part: bannister, dome, shoji, sliding_door, thatch, tile_roof, vault, window_screen

Garment: hoopskirt, jean, jersey, miniskirt, overskirt, pajama, sarong, sweatshirt
Outerwear: cardigan, cloak, fur_coat, poncho, trench_coat
Formal and Uniform: abaya, academic_gown, apron, gown, kimono, lab_coat, military_uniform, suit, vestment
Swimwear: bikini, maillot, maillot (n03710721), swimming_trunks
Underwear and Hosiery: brassiere, sock

Headwear: bathing_cap, bearskin, bonnet, cowboy_hat, mask, mortarboard, shower_cap, ski_mask, sombrero, wig
Protective Headgear: crash_helmet, football_helmet, gasmask, pickelhaube
Footwear: clog, cowboy_boot, Loafer, running_shoe, sandal
Eyewear: sunglass, sunglasses
Neckwear: bolo_tie, bow_tie, feather_boa, stole, Windsor_tie
Bag: backpack, mailbag, purse, wallet
Jewelry and Fastening: buckle, hair_slide, necklace
Carried Item: handkerchief, mitten, umbrella

Balls and Pucks: baseball, basketball, croquet_ball, golf_ball, ping-pong_ball, puck, rugby_ball, soccer_ball
Balls and Pucks: tennis_ball, volleyball
Gym Equipment: balance_beam, barbell, dumbbell, horizontal_bar, parallel_bars, punching_bag
Sports Gear: bobsled, knee_pad, parachute, pool_table, racket, reel, ski, snorkel

String Instrument: acoustic_guitar, banjo, cello, electric_guitar, harp, pick, violin
Wind Instrument: bassoon, cornet, flute, French_horn, harmonica, oboe, ocarina, panpipe, sax, trombone, whistle
Keyboard Instrument: accordion, grand_piano, organ, upright
Percussion Instrument: chime, drum, drumstick, gong, maraca, marimba, steel_drum

Firearm: assault_rifle, holster, revolver, rifle
Heavy Weapon: cannon, missile, projectile
Traditional Weapon: bow, guillotine, scabbard
Armor: breastplate, bulletproof_vest, chain_mail, cuirass, shield

Hand Tool: carpenter's_kit, hammer, hatchet, paintbrush, plane, screwdriver, shovel
Power Tool: chain_saw, lawn_mower, power_drill
Measuring Instrument: abacus, barometer, magnetic_compass, oscilloscope, rule, scale, slide_rule
Optical Instrument: binoculars, loupe, radio_telescope
Hardware: chain, coil, combination_lock, hook, knot, nail, padlock, safe, screw, switch
Craft Tool: potter's_wheel, safety_pin, spindle, thimble
Machinery: crane (n03126707), plow, solar_dish

Medical Supply: Band_Aid, crutch, neck_brace, oxygen_mask, pill_bottle, stethoscope, stretcher, syringe
Laboratory Ware: beaker, Petri_dish

Timepiece: analog_clock, digital_clock, digital_watch, hourglass, stopwatch, wall_clock
Decoration: Christmas_stocking, jack-o'-lantern, piggy_bank, pot, vase
Toys and Games: jigsaw_puzzle, pinwheel, teddy
Stationery: ballpoint, binder, envelope, fountain_pen, letter_opener, pencil_box, pencil_sharpener, quill, rubber_eraser
Books and Print: book_jacket, comic_book, crossword_puzzle, menu, web_site
Personal Care: face_powder, hair_spray, hand_blower, lipstick, lotion, perfume, soap_dispenser, sunscreen
Baby Care: bib, diaper, nipple
Household Textile: bath_towel, doormat, mosquito_net, pillow, prayer_rug, quilt, shower_curtain, velvet, window_shade
Household Textile: wool
Cleaning Supply: broom, dishrag, paper_towel, plunger, swab, toilet_tissue
Lighting and Fire: candle, lampshade, lighter, matchstick, spotlight, table_lamp, torch
Container: barrel, bucket, carton, crate, hamper, milk_can, packet, plastic_bag, rain_barrel, shopping_basket, tub
Household Item: mousetrap, muzzle
`;
