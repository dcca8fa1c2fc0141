import { type Term, taxonomyTerm } from '../../../../models/labels/taxonomy/taxonomy.ts';

/** The vendor's category that is closest to a term of the vocabulary, by the term's id. */
const CATEGORIES: Readonly<Record<string, string>> = {
  person: 'Person Description',
  animal: 'Animals and Pets',
  plant: 'Plants and Flowers',
  fungus: 'Plants and Flowers',
  nature: 'Nature and Outdoors',
  food: 'Food and Beverage',
  kitchen: 'Kitchen and Dining',
  furniture: 'Furniture and Furnishings',
  appliance: 'Home Appliances',
  electronic: 'Technology and Computing',
  vehicle: 'Vehicles and Automotive',
  outdoor: 'Everyday Objects',
  'street-furniture': 'Transport and Logistics',
  'camping-gear': 'Travel and Adventure',
  building: 'Buildings and Architecture',
  'religious-building': 'Religion',
  clothing: 'Apparel and Accessories',
  accessory: 'Apparel and Accessories',
  sports: 'Sports',
  'musical-instrument': 'Hobbies and Interests',
  weapon: 'Weapons and Military',
  tool: 'Tools and Machinery',
  medical: 'Medical',
  indoor: 'Home and Indoors',
  'toys-and-games': 'Toys and Gaming',
  'books-and-print': 'Text and Documents',
  stationery: 'Offices and Workspaces',
  'personal-care': 'Beauty and Personal Care',
};

/**
 * The vendor's category of something.
 *
 * @param path its broader terms, nearest first
 * @returns undefined where the vendor has none
 */
export function rekognitionCategory(path: readonly Term[]): string | undefined {
  for (const { en } of path) {
    const category = CATEGORIES[taxonomyTerm(en)?.id ?? ''];
    if (category !== undefined) return category;
  }
  return undefined;
}
