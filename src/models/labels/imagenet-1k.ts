/**
 * The 1000 classes of ILSVRC 2012 in class order: WordNet id, Chinese name, English names of the synset.
 * A table, hence its length.
 */
export const IMAGENET_TABLE = `
n01440764|丁鲷|tench, Tinca tinca
n01443537|金鱼|goldfish, Carassius auratus
n01484850|大白鲨|great white shark, white shark, man-eater, man-eating shark, Carcharodon carcharias
n01491361|虎鲨|tiger shark, Galeocerdo cuvieri
n01494475|双髻鲨|hammerhead, hammerhead shark
n01496331|电鳐|electric ray, crampfish, numbfish, torpedo
n01498041|魟鱼|stingray
n01514668|公鸡|cock
n01514859|母鸡|hen
n01518878|鸵鸟|ostrich, Struthio camelus
n01530575|燕雀|brambling, Fringilla montifringilla
n01531178|红额金翅雀|goldfinch, Carduelis carduelis
n01532829|家朱雀|house finch, linnet, Carpodacus mexicanus
n01534433|灯草鹀|junco, snowbird
n01537544|靛彩鹀|indigo bunting, indigo finch, indigo bird, Passerina cyanea
n01558993|旅鸫|robin, American robin, Turdus migratorius
n01560419|鹎|bulbul
n01580077|松鸦|jay
n01582220|喜鹊|magpie
n01592084|山雀|chickadee
n01601694|河乌|water ouzel, dipper
n01608432|鸢|kite
n01614925|白头海雕|bald eagle, American eagle, Haliaeetus leucocephalus
n01616318|秃鹫|vulture
n01622779|乌林鸮|great grey owl, great gray owl, Strix nebulosa
n01629819|火蝾螈|European fire salamander, Salamandra salamandra
n01630670|普通欧螈|common newt, Triturus vulgaris
n01631663|陆栖期蝾螈|eft
n01632458|斑点钝口螈|spotted salamander, Ambystoma maculatum
n01632777|墨西哥钝口螈|axolotl, mud puppy, Ambystoma mexicanum
n01641577|牛蛙|bullfrog, Rana catesbeiana
n01644373|树蛙|tree frog, tree-frog
n01644900|尾蟾|tailed frog, bell toad, ribbed toad, tailed toad, Ascaphus trui
n01664065|红海龟|loggerhead, loggerhead turtle, Caretta caretta
n01665541|棱皮龟|leatherback turtle, leatherback, leathery turtle, Dermochelys coriacea
n01667114|动胸龟|mud turtle
n01667778|水龟|terrapin
n01669191|箱龟|box turtle, box tortoise
n01675722|带纹守宫|banded gecko
n01677366|美洲鬣蜥|common iguana, iguana, Iguana iguana
n01682714|绿安乐蜥|American chameleon, anole, Anolis carolinensis
n01685808|鞭尾蜥|whiptail, whiptail lizard
n01687978|鬣蜥|agama
n01688243|伞蜥|frilled lizard, Chlamydosaurus kingi
n01689811|美洲鳄蜥|alligator lizard
n01692333|吉拉毒蜥|Gila monster, Heloderma suspectum
n01693334|绿蜥蜴|green lizard, Lacerta viridis
n01694178|非洲变色龙|African chameleon, Chamaeleo chamaeleon
n01695060|科莫多巨蜥|Komodo dragon, Komodo lizard, dragon lizard, giant lizard, Varanus komodoensis
n01697457|尼罗鳄|African crocodile, Nile crocodile, Crocodylus niloticus
n01698640|美国短吻鳄|American alligator, Alligator mississipiensis
n01704323|三角龙|triceratops
n01728572|蠕蛇|thunder snake, worm snake, Carphophis amoenus
n01728920|环颈蛇|ringneck snake, ring-necked snake, ring snake
n01729322|猪鼻蛇|hognose snake, puff adder, sand viper
n01729977|绿蛇|green snake, grass snake
n01734418|王蛇|king snake, kingsnake
n01735189|袜带蛇|garter snake, grass snake
n01737021|水蛇|water snake
n01739381|藤蛇|vine snake
n01740131|夜蛇|night snake, Hypsiglena torquata
n01742172|红尾蚺|boa constrictor, Constrictor constrictor
n01744401|非洲岩蟒|rock python, rock snake, Python sebae
n01748264|印度眼镜蛇|Indian cobra, Naja naja
n01749939|绿曼巴蛇|green mamba
n01751748|海蛇|sea snake
n01753488|角蝰|horned viper, cerastes, sand viper, horned asp, Cerastes cornutus
n01755581|东部菱斑响尾蛇|diamondback, diamondback rattlesnake, Crotalus adamanteus
n01756291|角响尾蛇|sidewinder, horned rattlesnake, Crotalus cerastes
n01768244|三叶虫|trilobite
n01770081|盲蛛|harvestman, daddy longlegs, Phalangium opilio
n01770393|蝎子|scorpion
n01773157|黑黄金蛛|black and gold garden spider, Argiope aurantia
n01773549|谷仓园蛛|barn spider, Araneus cavaticus
n01773797|十字园蛛|garden spider, Aranea diademata
n01774384|黑寡妇蜘蛛|black widow, Latrodectus mactans
n01774750|捕鸟蛛|tarantula
n01775062|狼蛛|wolf spider, hunting spider
n01776313|蜱虫|tick
n01784675|蜈蚣|centipede
n01795545|黑琴鸡|black grouse
n01796340|雷鸟|ptarmigan
n01797886|披肩榛鸡|ruffed grouse, partridge, Bonasa umbellus
n01798484|草原松鸡|prairie chicken, prairie grouse, prairie fowl
n01806143|孔雀|peacock
n01806567|鹌鹑|quail
n01807496|山鹑|partridge
n01817953|非洲灰鹦鹉|African grey, African gray, Psittacus erithacus
n01818515|金刚鹦鹉|macaw
n01819313|葵花凤头鹦鹉|sulphur-crested cockatoo, Kakatoe galerita, Cacatua galerita
n01820546|吸蜜鹦鹉|lorikeet
n01824575|鸦鹃|coucal
n01828970|蜂虎|bee eater
n01829413|犀鸟|hornbill
n01833805|蜂鸟|hummingbird
n01843065|鹟䴕|jacamar
n01843383|巨嘴鸟|toucan
n01847000|公鸭|drake
n01855032|红胸秋沙鸭|red-breasted merganser, Mergus serrator
n01855672|鹅|goose
n01860187|黑天鹅|black swan, Cygnus atratus
n01871265|长牙象|tusker
n01872401|针鼹|echidna, spiny anteater, anteater
n01873310|鸭嘴兽|platypus, duckbill, duckbilled platypus, duck-billed platypus, Ornithorhynchus anatinus
n01877812|沙袋鼠|wallaby, brush kangaroo
n01882714|考拉|koala, koala bear, kangaroo bear, native bear, Phascolarctos cinereus
n01883070|袋熊|wombat
n01910747|水母|jellyfish
n01914609|海葵|sea anemone, anemone
n01917289|脑珊瑚|brain coral
n01924916|扁虫|flatworm, platyhelminth
n01930112|线虫|nematode, nematode worm, roundworm
n01943899|海螺|conch
n01944390|蜗牛|snail
n01945685|蛞蝓|slug
n01950731|海蛞蝓|sea slug, nudibranch
n01955084|石鳖|chiton, coat-of-mail shell, sea cradle, polyplacophore
n01968897|鹦鹉螺|chambered nautilus, pearly nautilus, nautilus
n01978287|珍宝蟹|Dungeness crab, Cancer magister
n01978455|岩黄道蟹|rock crab, Cancer irroratus
n01980166|招潮蟹|fiddler crab
n01981276|帝王蟹|king crab, Alaska crab, Alaskan king crab, Alaska king crab, Paralithodes camtschatica
n01983481|美洲螯龙虾|American lobster, Northern lobster, Maine lobster, Homarus americanus
n01984695|岩龙虾|spiny lobster, langouste, rock lobster, crawfish, crayfish, sea crawfish
n01985128|小龙虾|crayfish, crawfish, crawdad, crawdaddy
n01986214|寄居蟹|hermit crab
n01990800|等足类动物|isopod
n02002556|白鹳|white stork, Ciconia ciconia
n02002724|黑鹳|black stork, Ciconia nigra
n02006656|琵鹭|spoonbill
n02007558|火烈鸟|flamingo
n02009229|小蓝鹭|little blue heron, Egretta caerulea
n02009912|大白鹭|American egret, great white heron, Egretta albus
n02011460|麻鳽|bittern
n02012849|鹤|crane
n02013706|秧鹤|limpkin, Aramus pictus
n02017213|紫水鸡|European gallinule, Porphyrio porphyrio
n02018207|美洲骨顶|American coot, marsh hen, mud hen, water hen, Fulica americana
n02018795|鸨|bustard
n02025239|翻石鹬|ruddy turnstone, Arenaria interpres
n02027492|黑腹滨鹬|red-backed sandpiper, dunlin, Erolia alpina
n02028035|红脚鹬|redshank, Tringa totanus
n02033041|半蹼鹬|dowitcher
n02037110|蛎鹬|oystercatcher, oyster catcher
n02051845|鹈鹕|pelican
n02056570|王企鹅|king penguin, Aptenodytes patagonica
n02058221|信天翁|albatross, mollymawk
n02066245|灰鲸|grey whale, gray whale, devilfish, Eschrichtius gibbosus, Eschrichtius robustus
n02071294|虎鲸|killer whale, killer, orca, grampus, sea wolf, Orcinus orca
n02074367|儒艮|dugong, Dugong dugon
n02077923|海狮|sea lion
n02085620|吉娃娃犬|Chihuahua
n02085782|日本狆|Japanese spaniel
n02085936|马尔济斯犬|Maltese dog, Maltese terrier, Maltese
n02086079|京巴犬|Pekinese, Pekingese, Peke
n02086240|西施犬|Shih-Tzu
n02086646|布伦海姆猎犬|Blenheim spaniel
n02086910|蝴蝶犬|papillon
n02087046|玩具梗|toy terrier
n02087394|罗得西亚脊背犬|Rhodesian ridgeback
n02088094|阿富汗猎犬|Afghan hound, Afghan
n02088238|巴吉度猎犬|basset, basset hound
n02088364|比格犬|beagle
n02088466|寻血猎犬|bloodhound, sleuthhound
n02088632|蓝斑浣熊猎犬|bluetick
n02089078|黑褐浣熊猎犬|black-and-tan coonhound
n02089867|沃克猎犬|Walker hound, Walker foxhound
n02089973|英国猎狐犬|English foxhound
n02090379|红骨浣熊猎犬|redbone
n02090622|苏俄猎狼犬|borzoi, Russian wolfhound
n02090721|爱尔兰猎狼犬|Irish wolfhound
n02091032|意大利灵缇|Italian greyhound
n02091134|惠比特犬|whippet
n02091244|伊比赞猎犬|Ibizan hound, Ibizan Podenco
n02091467|挪威猎鹿犬|Norwegian elkhound, elkhound
n02091635|猎獭犬|otterhound, otter hound
n02091831|萨路基猎犬|Saluki, gazelle hound
n02092002|苏格兰猎鹿犬|Scottish deerhound, deerhound
n02092339|魏玛犬|Weimaraner
n02093256|斯塔福德斗牛梗|Staffordshire bullterrier, Staffordshire bull terrier
n02093428|美国斯塔福德梗|American Staffordshire terrier, Staffordshire terrier, American pit bull terrier, pit bull terrier
n02093647|贝灵顿梗|Bedlington terrier
n02093754|边境梗|Border terrier
n02093859|凯利蓝梗|Kerry blue terrier
n02093991|爱尔兰梗|Irish terrier
n02094114|诺福克梗|Norfolk terrier
n02094258|诺里奇梗|Norwich terrier
n02094433|约克夏梗|Yorkshire terrier
n02095314|刚毛猎狐梗|wire-haired fox terrier
n02095570|湖畔梗|Lakeland terrier
n02095889|锡利哈姆梗|Sealyham terrier, Sealyham
n02096051|万能梗|Airedale, Airedale terrier
n02096177|凯恩梗|cairn, cairn terrier
n02096294|澳大利亚梗|Australian terrier
n02096437|丹迪丁蒙梗|Dandie Dinmont, Dandie Dinmont terrier
n02096585|波士顿梗|Boston bull, Boston terrier
n02097047|迷你雪纳瑞|miniature schnauzer
n02097130|巨型雪纳瑞|giant schnauzer
n02097209|标准雪纳瑞|standard schnauzer
n02097298|苏格兰梗|Scotch terrier, Scottish terrier, Scottie
n02097474|西藏梗|Tibetan terrier, chrysanthemum dog
n02097658|丝毛梗|silky terrier, Sydney silky
n02098105|软毛麦色梗|soft-coated wheaten terrier
n02098286|西高地白梗|West Highland white terrier
n02098413|拉萨犬|Lhasa, Lhasa apso
n02099267|平毛寻回犬|flat-coated retriever
n02099429|卷毛寻回犬|curly-coated retriever
n02099601|金毛寻回犬|golden retriever
n02099712|拉布拉多寻回犬|Labrador retriever
n02099849|切萨皮克湾寻回犬|Chesapeake Bay retriever
n02100236|德国短毛指示犬|German short-haired pointer
n02100583|维兹拉犬|vizsla, Hungarian pointer
n02100735|英国塞特犬|English setter
n02100877|爱尔兰塞特犬|Irish setter, red setter
n02101006|戈登塞特犬|Gordon setter
n02101388|布列塔尼猎犬|Brittany spaniel
n02101556|克伦伯猎犬|clumber, clumber spaniel
n02102040|英国史宾格犬|English springer, English springer spaniel
n02102177|威尔士史宾格犬|Welsh springer spaniel
n02102318|可卡犬|cocker spaniel, English cocker spaniel, cocker
n02102480|萨塞克斯猎犬|Sussex spaniel
n02102973|爱尔兰水猎犬|Irish water spaniel
n02104029|库瓦兹犬|kuvasz
n02104365|史奇派克犬|schipperke
n02105056|格罗安达犬|groenendael
n02105162|马里努阿犬|malinois
n02105251|伯瑞犬|briard
n02105412|凯尔派犬|kelpie
n02105505|可蒙犬|komondor
n02105641|英国古代牧羊犬|Old English sheepdog, bobtail
n02105855|喜乐蒂牧羊犬|Shetland sheepdog, Shetland sheep dog, Shetland
n02106030|柯利牧羊犬|collie
n02106166|边境牧羊犬|Border collie
n02106382|佛兰德牧牛犬|Bouvier des Flandres, Bouviers des Flandres
n02106550|罗威纳犬|Rottweiler
n02106662|德国牧羊犬|German shepherd, German shepherd dog, German police dog, alsatian
n02107142|杜宾犬|Doberman, Doberman pinscher
n02107312|迷你杜宾犬|miniature pinscher
n02107574|大瑞士山地犬|Greater Swiss Mountain dog
n02107683|伯恩山犬|Bernese mountain dog
n02107908|阿彭策尔山地犬|Appenzeller
n02108000|恩特雷布赫山地犬|EntleBucher
n02108089|拳师犬|boxer
n02108422|斗牛獒|bull mastiff
n02108551|藏獒|Tibetan mastiff
n02108915|法国斗牛犬|French bulldog
n02109047|大丹犬|Great Dane
n02109525|圣伯纳犬|Saint Bernard, St Bernard
n02109961|爱斯基摩犬|Eskimo dog, husky
n02110063|阿拉斯加雪橇犬|malamute, malemute, Alaskan malamute
n02110185|西伯利亚雪橇犬|Siberian husky
n02110341|大麦町犬|dalmatian, coach dog, carriage dog
n02110627|猴头梗|affenpinscher, monkey pinscher, monkey dog
n02110806|巴仙吉犬|basenji
n02110958|巴哥犬|pug, pug-dog
n02111129|兰伯格犬|Leonberg
n02111277|纽芬兰犬|Newfoundland, Newfoundland dog
n02111500|大白熊犬|Great Pyrenees
n02111889|萨摩耶犬|Samoyed, Samoyede
n02112018|博美犬|Pomeranian
n02112137|松狮犬|chow, chow chow
n02112350|荷兰毛狮犬|keeshond
n02112706|布拉班特格里芬犬|Brabancon griffon
n02113023|彭布罗克威尔士柯基犬|Pembroke, Pembroke Welsh corgi
n02113186|卡迪根威尔士柯基犬|Cardigan, Cardigan Welsh corgi
n02113624|玩具贵宾犬|toy poodle
n02113712|迷你贵宾犬|miniature poodle
n02113799|标准贵宾犬|standard poodle
n02113978|墨西哥无毛犬|Mexican hairless
n02114367|灰狼|timber wolf, grey wolf, gray wolf, Canis lupus
n02114548|北极狼|white wolf, Arctic wolf, Canis lupus tundrarum
n02114712|红狼|red wolf, maned wolf, Canis rufus, Canis niger
n02114855|郊狼|coyote, prairie wolf, brush wolf, Canis latrans
n02115641|澳洲野犬|dingo, warrigal, warragal, Canis dingo
n02115913|豺|dhole, Cuon alpinus
n02116738|非洲野犬|African hunting dog, hyena dog, Cape hunting dog, Lycaon pictus
n02117135|鬣狗|hyena, hyaena
n02119022|赤狐|red fox, Vulpes vulpes
n02119789|敏狐|kit fox, Vulpes macrotis
n02120079|北极狐|Arctic fox, white fox, Alopex lagopus
n02120505|灰狐|grey fox, gray fox, Urocyon cinereoargenteus
n02123045|虎斑猫|tabby, tabby cat
n02123159|虎纹猫|tiger cat
n02123394|波斯猫|Persian cat
n02123597|暹罗猫|Siamese cat, Siamese
n02124075|埃及猫|Egyptian cat
n02125311|美洲狮|cougar, puma, catamount, mountain lion, painter, panther, Felis concolor
n02127052|猞猁|lynx, catamount
n02128385|豹|leopard, Panthera pardus
n02128757|雪豹|snow leopard, ounce, Panthera uncia
n02128925|美洲豹|jaguar, panther, Panthera onca, Felis onca
n02129165|狮子|lion, king of beasts, Panthera leo
n02129604|老虎|tiger, Panthera tigris
n02130308|猎豹|cheetah, chetah, Acinonyx jubatus
n02132136|棕熊|brown bear, bruin, Ursus arctos
n02133161|美洲黑熊|American black bear, black bear, Ursus americanus, Euarctos americanus
n02134084|北极熊|ice bear, polar bear, Ursus Maritimus, Thalarctos maritimus
n02134418|懒熊|sloth bear, Melursus ursinus, Ursus ursinus
n02137549|獴|mongoose
n02138441|狐獴|meerkat, mierkat
n02165105|虎甲|tiger beetle
n02165456|瓢虫|ladybug, ladybeetle, lady beetle, ladybird, ladybird beetle
n02167151|步甲|ground beetle, carabid beetle
n02168699|天牛|long-horned beetle, longicorn, longicorn beetle
n02169497|叶甲|leaf beetle, chrysomelid
n02172182|蜣螂|dung beetle
n02174001|犀金龟|rhinoceros beetle
n02177972|象鼻虫|weevil
n02190166|苍蝇|fly
n02206856|蜜蜂|bee
n02219486|蚂蚁|ant, emmet, pismire
n02226429|蚱蜢|grasshopper, hopper
n02229544|蟋蟀|cricket
n02231487|竹节虫|walking stick, walkingstick, stick insect
n02233338|蟑螂|cockroach, roach
n02236044|螳螂|mantis, mantid
n02256656|蝉|cicada, cicala
n02259212|叶蝉|leafhopper
n02264363|草蛉|lacewing, lacewing fly
n02268443|蜻蜓|dragonfly, darning needle, devil's darning needle, sewing needle, snake feeder, snake doctor, mosquito hawk, skeeter hawk
n02268853|豆娘|damselfly
n02276258|红蛱蝶|admiral
n02277742|眼蝶|ringlet, ringlet butterfly
n02279972|帝王蝶|monarch, monarch butterfly, milkweed butterfly, Danaus plexippus
n02280649|菜粉蝶|cabbage butterfly
n02281406|黄粉蝶|sulphur butterfly, sulfur butterfly
n02281787|灰蝶|lycaenid, lycaenid butterfly
n02317335|海星|starfish, sea star
n02319095|海胆|sea urchin
n02321529|海参|sea cucumber, holothurian
n02325366|棉尾兔|wood rabbit, cottontail, cottontail rabbit
n02326432|野兔|hare
n02328150|安哥拉兔|Angora, Angora rabbit
n02342885|仓鼠|hamster
n02346627|豪猪|porcupine, hedgehog
n02356798|狐松鼠|fox squirrel, eastern fox squirrel, Sciurus niger
n02361337|土拨鼠|marmot
n02363005|河狸|beaver
n02364673|豚鼠|guinea pig, Cavia cobaya
n02389026|栗色马|sorrel
n02391049|斑马|zebra
n02395406|家猪|hog, pig, grunter, squealer, Sus scrofa
n02396427|野猪|wild boar, boar, Sus scrofa
n02397096|疣猪|warthog
n02398521|河马|hippopotamus, hippo, river horse, Hippopotamus amphibius
n02403003|公牛|ox
n02408429|水牛|water buffalo, water ox, Asiatic buffalo, Bubalus bubalis
n02410509|野牛|bison
n02412080|公羊|ram, tup
n02415577|大角羊|bighorn, bighorn sheep, cimarron, Rocky Mountain bighorn, Rocky Mountain sheep, Ovis canadensis
n02417914|羱羊|ibex, Capra ibex
n02422106|狷羚|hartebeest
n02422699|黑斑羚|impala, Aepyceros melampus
n02423022|瞪羚|gazelle
n02437312|单峰骆驼|Arabian camel, dromedary, Camelus dromedarius
n02437616|大羊驼|llama
n02441942|鼬|weasel
n02442845|水貂|mink
n02443114|林鼬|polecat, fitch, foulmart, foumart, Mustela putorius
n02443484|黑足鼬|black-footed ferret, ferret, Mustela nigripes
n02444819|水獭|otter
n02445715|臭鼬|skunk, polecat, wood pussy
n02447366|獾|badger
n02454379|犰狳|armadillo
n02457408|三趾树懒|three-toed sloth, ai, Bradypus tridactylus
n02480495|红毛猩猩|orangutan, orang, orangutang, Pongo pygmaeus
n02480855|大猩猩|gorilla, Gorilla gorilla
n02481823|黑猩猩|chimpanzee, chimp, Pan troglodytes
n02483362|长臂猿|gibbon, Hylobates lar
n02483708|合趾猿|siamang, Hylobates syndactylus, Symphalangus syndactylus
n02484975|长尾猴|guenon, guenon monkey
n02486261|赤猴|patas, hussar monkey, Erythrocebus patas
n02486410|狒狒|baboon
n02487347|猕猴|macaque
n02488291|叶猴|langur
n02488702|疣猴|colobus, colobus monkey
n02489166|长鼻猴|proboscis monkey, Nasalis larvatus
n02490219|狨猴|marmoset
n02492035|卷尾猴|capuchin, ringtail, Cebus capucinus
n02492660|吼猴|howler monkey, howler
n02493509|伶猴|titi, titi monkey
n02493793|蜘蛛猴|spider monkey, Ateles geoffroyi
n02494079|松鼠猴|squirrel monkey, Saimiri sciureus
n02497673|环尾狐猴|Madagascar cat, ring-tailed lemur, Lemur catta
n02500267|大狐猴|indri, indris, Indri indri, Indri brevicaudatus
n02504013|亚洲象|Indian elephant, Elephas maximus
n02504458|非洲象|African elephant, Loxodonta africana
n02509815|小熊猫|lesser panda, red panda, panda, bear cat, cat bear, Ailurus fulgens
n02510455|大熊猫|giant panda, panda, panda bear, coon bear, Ailuropoda melanoleuca
n02514041|杖蛇鲭|barracouta, snoek
n02526121|鳗鱼|eel
n02536864|银鲑|coho, cohoe, coho salmon, blue jack, silver salmon, Oncorhynchus kisutch
n02606052|三色刺蝶鱼|rock beauty, Holocanthus tricolor
n02607072|小丑鱼|anemone fish
n02640242|鲟鱼|sturgeon
n02641379|雀鳝|gar, garfish, garpike, billfish, Lepisosteus osseus
n02643566|蓑鲉|lionfish
n02655020|河豚|puffer, pufferfish, blowfish, globefish
n02666196|算盘|abacus
n02667093|阿巴亚罩袍|abaya
n02669723|学位袍|academic gown, academic robe, judge's robe
n02672831|手风琴|accordion, piano accordion, squeeze box
n02676566|原声吉他|acoustic guitar
n02687172|航空母舰|aircraft carrier, carrier, flattop, attack aircraft carrier
n02690373|客机|airliner
n02692877|飞艇|airship, dirigible
n02699494|祭坛|altar
n02701002|救护车|ambulance
n02704792|水陆两用车|amphibian, amphibious vehicle
n02708093|指针式时钟|analog clock
n02727426|养蜂场|apiary, bee house
n02730930|围裙|apron
n02747177|垃圾桶|ashcan, trash can, garbage can, wastebin, ash bin, ash-bin, ashbin, dustbin, trash barrel, trash bin
n02749479|突击步枪|assault rifle, assault gun
n02769748|背包|backpack, back pack, knapsack, packsack, rucksack, haversack
n02776631|面包店|bakery, bakeshop, bakehouse
n02777292|平衡木|balance beam, beam
n02782093|热气球|balloon
n02783161|圆珠笔|ballpoint, ballpoint pen, ballpen, Biro
n02786058|创可贴|Band Aid
n02787622|班卓琴|banjo
n02788148|楼梯扶手|bannister, banister, balustrade, balusters, handrail
n02790996|杠铃|barbell
n02791124|理发椅|barber chair
n02791270|理发店|barbershop
n02793495|谷仓|barn
n02794156|气压计|barometer
n02795169|木桶|barrel, cask
n02797295|独轮手推车|barrow, garden cart, lawn cart, wheelbarrow
n02799071|棒球|baseball
n02802426|篮球|basketball
n02804414|婴儿睡篮|bassinet
n02804610|巴松管|bassoon
n02807133|泳帽|bathing cap, swimming cap
n02808304|浴巾|bath towel
n02808440|浴缸|bathtub, bathing tub, bath, tub
n02814533|旅行车|beach wagon, station wagon, wagon, estate car, beach waggon, station waggon, waggon
n02814860|灯塔|beacon, lighthouse, beacon light, pharos
n02815834|烧杯|beaker
n02817516|熊皮帽|bearskin, busby, shako
n02823428|啤酒瓶|beer bottle
n02823750|啤酒杯|beer glass
n02825657|小钟楼|bell cote, bell cot
n02834397|围嘴|bib
n02835271|双人自行车|bicycle-built-for-two, tandem bicycle, tandem
n02837789|比基尼|bikini, two-piece
n02840245|活页夹|binder, ring-binder
n02841315|双筒望远镜|binoculars, field glasses, opera glasses
n02843684|鸟屋|birdhouse
n02859443|船库|boathouse
n02860847|雪车|bobsled, bobsleigh, bob
n02865351|饰扣领带|bolo tie, bolo, bola tie, bola
n02869837|系带软帽|bonnet, poke bonnet
n02870880|书柜|bookcase
n02871525|书店|bookshop, bookstore, bookstall
n02877765|瓶盖|bottlecap
n02879718|弓|bow
n02883205|领结|bow tie, bow-tie, bowtie
n02892201|黄铜纪念牌|brass, memorial tablet, plaque
n02892767|胸罩|brassiere, bra, bandeau
n02894605|防波堤|breakwater, groin, groyne, mole, bulwark, seawall, jetty
n02895154|护胸甲|breastplate, aegis, egis
n02906734|扫帚|broom
n02909870|水桶|bucket, pail
n02910353|带扣|buckle
n02916936|防弹背心|bulletproof vest
n02917067|高速列车|bullet train, bullet
n02927161|肉铺|butcher shop, meat market
n02930766|出租车|cab, hack, taxi, taxicab
n02939185|大锅|caldron, cauldron
n02948072|蜡烛|candle, taper, wax light
n02950826|大炮|cannon
n02951358|独木舟|canoe
n02951585|开罐器|can opener, tin opener
n02963159|开襟羊毛衫|cardigan
n02965783|汽车后视镜|car mirror
n02966193|旋转木马|carousel, carrousel, merry-go-round, roundabout, whirligig
n02966687|工具箱|carpenter's kit, tool kit
n02971356|纸箱|carton
n02974003|车轮|car wheel
n02977058|自动取款机|cash machine, cash dispenser, automated teller machine, automatic teller machine, automated teller, automatic teller, ATM
n02978881|盒式磁带|cassette
n02979186|盒式磁带播放机|cassette player
n02980441|城堡|castle
n02981792|双体船|catamaran
n02988304|CD播放机|CD player
n02992211|大提琴|cello, violoncello
n02992529|手机|cellular telephone, cellular phone, cellphone, cell, mobile phone
n02999410|链条|chain
n03000134|铁丝网围栏|chainlink fence
n03000247|锁子甲|chain mail, ring mail, mail, chain armor, chain armour, ring armor, ring armour
n03000684|链锯|chain saw, chainsaw
n03014705|大木箱|chest
n03016953|五斗柜|chiffonier, commode
n03017168|风铃|chime, bell, gong
n03018349|瓷器柜|china cabinet, china closet
n03026506|圣诞袜|Christmas stocking
n03028079|教堂|church, church building
n03032252|电影院|cinema, movie theater, movie theatre, movie house, picture palace
n03041632|切肉刀|cleaver, meat cleaver, chopper
n03042490|崖居|cliff dwelling
n03045698|斗篷|cloak
n03047690|木屐|clog, geta, patten, sabot
n03062245|鸡尾酒摇壶|cocktail shaker
n03063599|马克杯|coffee mug
n03063689|咖啡壶|coffeepot
n03065424|螺旋线圈|coil, spiral, volute, whorl, helix
n03075370|密码锁|combination lock
n03085013|键盘|computer keyboard, keypad
n03089624|糖果店|confectionery, confectionary, candy store
n03095699|集装箱船|container ship, containership, container vessel
n03100240|敞篷车|convertible
n03109150|开瓶器|corkscrew, bottle screw
n03110669|短号|cornet, horn, trumpet, trump
n03124043|牛仔靴|cowboy boot
n03124170|牛仔帽|cowboy hat, ten-gallon hat
n03125729|摇篮|cradle
n03126707|起重机|crane
n03127747|防撞头盔|crash helmet
n03127925|板条箱|crate
n03131574|婴儿床|crib, cot
n03133878|慢炖锅|Crock Pot
n03134739|槌球|croquet ball
n03141823|拐杖|crutch
n03146219|胸背铠甲|cuirass
n03160309|水坝|dam, dike, dyke
n03179701|书桌|desk
n03180011|台式电脑|desktop computer
n03187595|转盘电话|dial telephone, dial phone
n03188531|尿布|diaper, nappy, napkin
n03196217|数字时钟|digital clock
n03197337|电子表|digital watch
n03201208|餐桌|dining table, board
n03207743|洗碗布|dishrag, dishcloth
n03207941|洗碗机|dishwasher, dish washer, dishwashing machine
n03208938|盘式制动器|disk brake, disc brake
n03216828|船坞|dock, dockage, docking facility
n03218198|狗拉雪橇|dogsled, dog sled, dog sleigh
n03220513|圆顶|dome
n03223299|门垫|doormat, welcome mat
n03240683|钻井平台|drilling platform, offshore rig
n03249569|鼓|drum, membranophone, tympan
n03250847|鼓槌|drumstick
n03255030|哑铃|dumbbell
n03259280|荷兰锅|Dutch oven
n03271574|电风扇|electric fan, blower
n03272010|电吉他|electric guitar
n03272562|电力机车|electric locomotive
n03290653|影音柜|entertainment center
n03291819|信封|envelope
n03297495|浓缩咖啡机|espresso maker
n03314780|蜜粉|face powder
n03325584|羽毛围巾|feather boa, boa
n03337140|文件柜|file, file cabinet, filing cabinet
n03344393|消防船|fireboat
n03345487|消防车|fire engine, fire truck
n03347037|壁炉挡板|fire screen, fireguard
n03355925|旗杆|flagpole, flagstaff
n03372029|长笛|flute, transverse flute
n03376595|折叠椅|folding chair
n03379051|橄榄球头盔|football helmet
n03384352|叉车|forklift
n03388043|喷泉|fountain
n03388183|钢笔|fountain pen
n03388549|四柱床|four-poster
n03393912|货运车厢|freight car
n03394916|圆号|French horn, horn
n03400231|煎锅|frying pan, frypan, skillet
n03404251|皮草大衣|fur coat
n03417042|垃圾车|garbage truck, dustcart
n03424325|防毒面具|gasmask, respirator, gas helmet
n03425413|加油机|gas pump, gasoline pump, petrol pump, island dispenser
n03443371|高脚杯|goblet
n03444034|卡丁车|go-kart
n03445777|高尔夫球|golf ball
n03445924|高尔夫球车|golfcart, golf cart
n03447447|贡多拉|gondola
n03447721|锣|gong, tam-tam
n03450230|礼服长裙|gown
n03452741|三角钢琴|grand piano, grand
n03457902|温室|greenhouse, nursery, glasshouse
n03459775|散热器格栅|grille, radiator grille
n03461385|杂货店|grocery store, grocery, food market, market
n03467068|断头台|guillotine
n03476684|发夹|hair slide
n03476991|发胶|hair spray
n03478589|半履带车|half track
n03481172|锤子|hammer
n03482405|带盖提篮|hamper
n03483316|吹风机|hand blower, blow dryer, blow drier, hair dryer, hair drier
n03485407|掌上电脑|hand-held computer, hand-held microcomputer
n03485794|手帕|handkerchief, hankie, hanky, hankey
n03492542|硬盘|hard disc, hard disk, fixed disk
n03494278|口琴|harmonica, mouth organ, harp, mouth harp
n03495258|竖琴|harp
n03496892|收割机|harvester, reaper
n03498962|短柄斧|hatchet
n03527444|枪套|holster
n03529860|家庭影院|home theater, home theatre
n03530642|蜂巢|honeycomb
n03532672|钩子|hook, claw
n03534580|裙撑|hoopskirt, crinoline
n03535780|单杠|horizontal bar, high bar
n03538406|马车|horse cart, horse-cart
n03544143|沙漏|hourglass
n03584254|iPod|iPod
n03584829|熨斗|iron, smoothing iron
n03590841|南瓜灯|jack-o'-lantern
n03594734|牛仔裤|jean, blue jean, denim
n03594945|吉普车|jeep, landrover
n03595614|T恤|jersey, T-shirt, tee shirt
n03598930|拼图|jigsaw puzzle
n03599486|人力车|jinrikisha, ricksha, rickshaw
n03602883|操纵杆|joystick
n03617480|和服|kimono
n03623198|护膝|knee pad
n03627232|绳结|knot
n03630383|白大褂|lab coat, laboratory coat
n03633091|长柄勺|ladle
n03637318|灯罩|lampshade, lamp shade
n03642806|笔记本电脑|laptop, laptop computer
n03649909|割草机|lawn mower, mower
n03657121|镜头盖|lens cap, lens cover
n03658185|拆信刀|letter opener, paper knife, paperknife
n03661043|图书馆|library
n03662601|救生艇|lifeboat
n03666591|打火机|lighter, light, igniter, ignitor
n03670208|豪华轿车|limousine, limo
n03673027|远洋客轮|liner, ocean liner
n03676483|口红|lipstick, lip rouge
n03680355|乐福鞋|Loafer
n03690938|乳液|lotion
n03691459|扬声器|loudspeaker, speaker, speaker unit, loudspeaker system, speaker system
n03692522|珠宝放大镜|loupe, jeweler's loupe
n03697007|锯木厂|lumbermill, sawmill
n03706229|指南针|magnetic compass
n03709823|邮袋|mailbag, postbag
n03710193|邮箱|mailbox, letter box
n03710637|紧身泳衣|maillot
n03710721|连体泳衣|maillot, tank suit
n03717622|井盖|manhole cover
n03720891|沙槌|maraca
n03721384|马林巴琴|marimba, xylophone
n03724870|面具|mask
n03729826|火柴|matchstick
n03733131|五月柱|maypole
n03733281|迷宫|maze, labyrinth
n03733805|量杯|measuring cup
n03742115|药柜|medicine chest, medicine cabinet
n03743016|巨石建筑|megalith, megalithic structure
n03759954|麦克风|microphone, mike
n03761084|微波炉|microwave, microwave oven
n03763968|军装|military uniform
n03764736|牛奶罐|milk can
n03769881|小型巴士|minibus
n03770439|迷你裙|miniskirt, mini
n03770679|小型厢式车|minivan
n03773504|导弹|missile
n03775071|连指手套|mitten
n03775546|搅拌碗|mixing bowl
n03776460|活动房屋|mobile home, manufactured home
n03777568|福特T型车|Model T
n03777754|调制解调器|modem
n03781244|修道院|monastery
n03782006|显示器|monitor
n03785016|轻便摩托车|moped
n03786901|研钵|mortar
n03787032|学位帽|mortarboard
n03788195|清真寺|mosque
n03788365|蚊帐|mosquito net
n03791053|踏板摩托车|motor scooter, scooter
n03792782|山地自行车|mountain bike, all-terrain bike, off-roader
n03792972|登山帐篷|mountain tent
n03793489|鼠标|mouse, computer mouse
n03794056|捕鼠器|mousetrap
n03796401|搬家车|moving van
n03803284|口套|muzzle
n03804744|钉子|nail
n03814639|颈托|neck brace
n03814906|项链|necklace
n03825788|奶嘴|nipple
n03832673|轻薄笔记本电脑|notebook, notebook computer
n03837869|方尖碑|obelisk
n03838899|双簧管|oboe, hautboy, hautbois
n03840681|陶笛|ocarina, sweet potato
n03841143|里程表|odometer, hodometer, mileometer, milometer
n03843555|机油滤清器|oil filter
n03854065|管风琴|organ, pipe organ
n03857828|示波器|oscilloscope, scope, cathode-ray oscilloscope, CRO
n03866082|罩裙|overskirt
n03868242|牛车|oxcart
n03868863|氧气面罩|oxygen mask
n03871628|小包装袋|packet
n03873416|船桨|paddle, boat paddle
n03874293|明轮|paddlewheel, paddle wheel
n03874599|挂锁|padlock
n03876231|画笔|paintbrush
n03877472|睡衣|pajama, pyjama, pj's, jammies
n03877845|宫殿|palace
n03884397|排箫|panpipe, pandean pipe, syrinx
n03887697|厨房纸巾|paper towel
n03888257|降落伞|parachute, chute
n03888605|双杠|parallel bars, bars
n03891251|公园长椅|park bench
n03891332|停车计时器|parking meter
n03895866|客运车厢|passenger car, coach, carriage
n03899768|露台|patio, terrace
n03902125|公用电话|pay-phone, pay-station
n03903868|基座|pedestal, plinth, footstall
n03908618|铅笔盒|pencil box, pencil case
n03908714|卷笔刀|pencil sharpener
n03916031|香水|perfume, essence
n03920288|培养皿|Petri dish
n03924679|复印机|photocopier
n03929660|拨片|pick, plectrum, plectron
n03929855|尖顶头盔|pickelhaube
n03930313|尖桩栅栏|picket fence, paling
n03930630|皮卡|pickup, pickup truck
n03933933|栈桥|pier
n03935335|存钱罐|piggy bank, penny bank
n03937543|药瓶|pill bottle
n03938244|枕头|pillow
n03942813|乒乓球|ping-pong ball
n03944341|纸风车|pinwheel
n03947888|海盗船|pirate, pirate ship
n03950228|大口水壶|pitcher, ewer
n03954731|刨子|plane, carpenter's plane, woodworking plane
n03956157|天文馆|planetarium
n03958227|塑料袋|plastic bag
n03961711|碗碟架|plate rack
n03967562|犁|plow, plough
n03970156|马桶搋子|plunger, plumber's helper
n03976467|宝丽来相机|Polaroid camera, Polaroid Land camera
n03976657|杆子|pole
n03977966|警用厢车|police van, police wagon, paddy wagon, patrol wagon, wagon, black Maria
n03980874|套头斗篷|poncho
n03982430|台球桌|pool table, billiard table, snooker table
n03983396|汽水瓶|pop bottle, soda bottle
n03991062|花盆|pot, flowerpot
n03992509|陶轮|potter's wheel
n03995372|电钻|power drill
n03998194|礼拜毯|prayer rug, prayer mat
n04004767|打印机|printer
n04005630|监狱|prison, prison house
n04008634|射弹|projectile, missile
n04009552|投影仪|projector
n04019541|冰球|puck, hockey puck
n04023962|拳击沙袋|punching bag, punch bag, punching ball, punchball
n04026417|手提包|purse
n04033901|羽毛笔|quill, quill pen
n04033995|被子|quilt, comforter, comfort, puff
n04037443|赛车|racer, race car, racing car
n04039381|球拍|racket, racquet
n04040759|暖气片|radiator
n04041544|收音机|radio, wireless
n04044716|射电望远镜|radio telescope, radio reflector
n04049303|雨水桶|rain barrel
n04065272|房车|recreational vehicle, RV, R.V.
n04067472|渔线轮|reel
n04069434|单反相机|reflex camera
n04070727|冰箱|refrigerator, icebox
n04074963|遥控器|remote control, remote
n04081281|餐厅|restaurant, eating house, eating place, eatery
n04086273|左轮手枪|revolver, six-gun, six-shooter
n04090263|步枪|rifle
n04099969|摇椅|rocking chair, rocker
n04111531|旋转烤肉架|rotisserie
n04116512|橡皮擦|rubber eraser, rubber, pencil eraser
n04118538|橄榄球|rugby ball
n04118776|尺子|rule, ruler
n04120489|跑鞋|running shoe
n04125021|保险箱|safe
n04127249|安全别针|safety pin
n04131690|盐瓶|saltshaker, salt shaker
n04133789|凉鞋|sandal
n04136333|纱笼|sarong
n04141076|萨克斯管|sax, saxophone
n04141327|剑鞘|scabbard
n04141975|秤|scale, weighing machine
n04146614|校车|school bus
n04147183|纵帆船|schooner
n04149813|记分牌|scoreboard
n04152593|屏幕|screen, CRT screen
n04153751|螺丝钉|screw
n04154565|螺丝刀|screwdriver
n04162706|安全带|seat belt, seatbelt
n04179913|缝纫机|sewing machine
n04192698|盾牌|shield, buckler
n04200800|鞋店|shoe shop, shoe-shop, shoe store
n04201297|日式障子门|shoji
n04204238|购物篮|shopping basket
n04204347|购物车|shopping cart
n04208210|铁锹|shovel
n04209133|浴帽|shower cap
n04209239|浴帘|shower curtain
n04228054|滑雪板|ski
n04229816|滑雪面罩|ski mask
n04235860|睡袋|sleeping bag
n04238763|计算尺|slide rule, slipstick
n04239074|推拉门|sliding door
n04243546|老虎机|slot, one-armed bandit
n04251144|呼吸管|snorkel
n04252077|雪地摩托|snowmobile
n04252225|扫雪车|snowplow, snowplough
n04254120|皂液器|soap dispenser
n04254680|足球|soccer ball
n04254777|袜子|sock
n04258138|太阳能集热器|solar dish, solar collector, solar furnace
n04259630|墨西哥阔边帽|sombrero
n04263257|汤碗|soup bowl
n04264628|空格键|space bar
n04265275|取暖器|space heater
n04266014|航天飞机|space shuttle
n04270147|锅铲|spatula
n04273569|快艇|speedboat
n04275548|蜘蛛网|spider web, spider's web
n04277352|纺锤|spindle
n04285008|跑车|sports car, sport car
n04286575|聚光灯|spotlight, spot
n04296562|舞台|stage
n04310018|蒸汽机车|steam locomotive
n04311004|钢拱桥|steel arch bridge
n04311174|钢鼓|steel drum
n04317175|听诊器|stethoscope
n04325704|披肩|stole
n04326547|石墙|stone wall
n04328186|秒表|stopwatch, stop watch
n04330267|炉灶|stove
n04332243|滤网|strainer
n04335435|有轨电车|streetcar, tram, tramcar, trolley, trolley car
n04336792|担架|stretcher
n04344873|沙发床|studio couch, day bed
n04346328|佛塔|stupa, tope
n04347754|潜艇|submarine, pigboat, sub, U-boat
n04350905|西装|suit, suit of clothes
n04355338|日晷|sundial
n04355933|太阳镜|sunglass
n04356056|墨镜|sunglasses, dark glasses, shades
n04357314|防晒霜|sunscreen, sunblock, sun blocker
n04366367|悬索桥|suspension bridge
n04367480|拖把|swab, swob, mop
n04370456|运动衫|sweatshirt
n04371430|泳裤|swimming trunks, bathing trunks
n04371774|秋千|swing
n04372370|开关|switch, electric switch, electrical switch
n04376876|注射器|syringe
n04380533|台灯|table lamp
n04389033|坦克|tank, army tank, armored combat vehicle, armoured combat vehicle
n04392985|磁带播放机|tape player
n04398044|茶壶|teapot
n04399382|泰迪熊|teddy, teddy bear
n04404412|电视|television, television system
n04409515|网球|tennis ball
n04417672|茅草屋顶|thatch, thatched roof
n04418357|剧院幕布|theater curtain, theatre curtain
n04423845|顶针|thimble
n04428191|脱粒机|thresher, thrasher, threshing machine
n04429376|王座|throne
n04435653|瓦屋顶|tile roof
n04442312|烤面包机|toaster
n04443257|烟草店|tobacco shop, tobacconist shop, tobacconist
n04447861|马桶座圈|toilet seat
n04456115|火炬|torch
n04458633|图腾柱|totem pole
n04461696|清障车|tow truck, tow car, wrecker
n04462240|玩具店|toyshop
n04465501|拖拉机|tractor
n04467665|半挂卡车|trailer truck, tractor trailer, trucking rig, rig, articulated lorry, semi
n04476259|托盘|tray
n04479046|风衣|trench coat
n04482393|三轮车|tricycle, trike, velocipede
n04483307|三体船|trimaran
n04485082|三脚架|tripod
n04486054|凯旋门|triumphal arch
n04487081|无轨电车|trolleybus, trolley coach, trackless trolley
n04487394|长号|trombone
n04493381|大桶|tub, vat
n04501370|旋转闸门|turnstile
n04505470|打字机键盘|typewriter keyboard
n04507155|雨伞|umbrella
n04509417|独轮车|unicycle, monocycle
n04515003|立式钢琴|upright, upright piano
n04517823|吸尘器|vacuum, vacuum cleaner
n04522168|花瓶|vase
n04523525|拱顶|vault
n04525038|天鹅绒|velvet
n04525305|自动售货机|vending machine
n04532106|祭服|vestment
n04532670|高架桥|viaduct
n04536866|小提琴|violin, fiddle
n04540053|排球|volleyball
n04542943|华夫饼机|waffle iron
n04548280|挂钟|wall clock
n04548362|钱包|wallet, billfold, notecase, pocketbook
n04550184|衣柜|wardrobe, closet, press
n04552348|军用飞机|warplane, military plane
n04553703|洗手盆|washbasin, handbasin, washbowl, lavabo, wash-hand basin
n04554684|洗衣机|washer, automatic washer, washing machine
n04557648|水瓶|water bottle
n04560804|水罐|water jug
n04562935|水塔|water tower
n04579145|威士忌酒壶|whiskey jug
n04579432|哨子|whistle
n04584207|假发|wig
n04589890|纱窗|window screen
n04590129|遮光帘|window shade
n04591157|温莎领带|Windsor tie
n04591713|葡萄酒瓶|wine bottle
n04592741|机翼|wing
n04596742|炒锅|wok
n04597913|木勺|wooden spoon
n04599235|羊毛织物|wool, woolen, woollen
n04604644|蛇形栅栏|worm fence, snake fence, snake-rail fence, Virginia fence
n04606251|沉船|wreck
n04612504|小型双桅帆船|yawl
n04613696|蒙古包|yurt
n06359193|网站|web site, website, internet site, site
n06596364|漫画书|comic book
n06785654|填字游戏|crossword puzzle, crossword
n06794110|路牌|street sign
n06874185|红绿灯|traffic light, traffic signal, stoplight
n07248320|书籍护封|book jacket, dust cover, dust jacket, dust wrapper
n07565083|菜单|menu
n07579787|盘装主菜|plate
n07583066|牛油果酱|guacamole
n07584110|清汤|consomme
n07590611|火锅|hot pot, hotpot
n07613480|乳脂松糕|trifle
n07614500|冰淇淋|ice cream, icecream
n07615774|冰棍|ice lolly, lolly, lollipop, popsicle
n07684084|法棍面包|French loaf
n07693725|贝果|bagel, beigel
n07695742|椒盐卷饼|pretzel
n07697313|芝士汉堡|cheeseburger
n07697537|热狗|hotdog, hot dog, red hot
n07711569|土豆泥|mashed potato
n07714571|卷心菜|head cabbage
n07714990|西兰花|broccoli
n07715103|花椰菜|cauliflower
n07716358|西葫芦|zucchini, courgette
n07716906|金丝瓜|spaghetti squash
n07717410|橡果南瓜|acorn squash
n07717556|奶油南瓜|butternut squash
n07718472|黄瓜|cucumber, cuke
n07718747|朝鲜蓟|artichoke, globe artichoke
n07720875|甜椒|bell pepper
n07730033|刺苞菜蓟|cardoon
n07734744|蘑菇|mushroom
n07742313|澳洲青苹果|Granny Smith
n07745940|草莓|strawberry
n07747607|橙子|orange
n07749582|柠檬|lemon
n07753113|无花果|fig
n07753275|菠萝|pineapple, ananas
n07753592|香蕉|banana
n07754684|菠萝蜜|jackfruit, jak, jack
n07760859|番荔枝|custard apple
n07768694|石榴|pomegranate
n07802026|干草|hay
n07831146|卡博纳拉意面|carbonara
n07836838|巧克力酱|chocolate sauce, chocolate syrup
n07860988|面团|dough
n07871810|肉糕|meat loaf, meatloaf
n07873807|披萨|pizza, pizza pie
n07875152|酥皮馅饼|potpie
n07880968|墨西哥卷饼|burrito
n07892512|红葡萄酒|red wine
n07920052|浓缩咖啡|espresso
n07930864|杯子|cup
n07932039|蛋奶酒|eggnog
n09193705|高山|alp
n09229709|泡泡|bubble
n09246464|悬崖|cliff, drop, drop-off
n09256479|珊瑚礁|coral reef
n09288635|间歇泉|geyser
n09332890|湖畔|lakeside, lakeshore
n09399592|海岬|promontory, headland, head, foreland
n09421951|沙洲|sandbar, sand bar
n09428293|海岸|seashore, coast, seacoast, sea-coast
n09468604|山谷|valley, vale
n09472597|火山|volcano
n09835506|棒球运动员|ballplayer, baseball player
n10148035|新郎|groom, bridegroom
n10565667|水肺潜水员|scuba diver
n11879895|油菜花|rapeseed
n11939491|雏菊|daisy
n12057211|杓兰|yellow lady's slipper, yellow lady-slipper, Cypripedium calceolus, Cypripedium parviflorum
n12144580|玉米|corn
n12267677|橡子|acorn
n12620546|蔷薇果|hip, rose hip, rosehip
n12768682|七叶树果|buckeye, horse chestnut, conker
n12985857|珊瑚菌|coral fungus
n12998815|伞菌|agaric
n13037406|鹿花菌|gyromitra
n13040303|鬼笔|stinkhorn, carrion fungus
n13044778|地星|earthstar
n13052670|灰树花|hen-of-the-woods, hen of the woods, Polyporus frondosus, Grifola frondosa
n13054560|牛肝菌|bolete
n13133613|玉米穗|ear, spike, capitulum
n15075141|卫生纸|toilet tissue, toilet paper, bathroom tissue
`;
