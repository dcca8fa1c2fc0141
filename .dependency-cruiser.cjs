/**
 * The rooms of docs/architecture.md, upper first. A room may use the rooms above it, never one below.
 */
const rooms = [
  'errors',
  'base',
  'image',
  'models',
  'engine',
  'tasks',
  'evaluation',
  'convert',
  'training',
  'video',
  'batch',
  'server',
  'platforms',
  'deploy',
  'load-test',
  'cli',
];

const downward = rooms.slice(1, -1).map((room, i) => ({
  name: `${room}-looks-only-up`,
  comment: `src/${room} may use only the rooms above it: ${rooms.slice(0, i + 1).join(', ')}.`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: `^src/(${rooms.slice(i + 2).join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...downward,
    {
      name: 'errors-uses-nothing',
      severity: 'error',
      from: { path: '^src/errors\\.ts$' },
      to: { path: '^src/' },
    },
    {
      name: 'front-door-is-for-outsiders',
      comment:
        'Rooms import each other by file, never through the front door (except platforms, deploy templates and cli).',
      severity: 'error',
      from: { path: '^src/(base|image|models|engine|tasks|evaluation|convert|training|video|batch|server)/' },
      to: { path: '^src/index\\.ts$' },
    },
    {
      name: 'platform-runtime-is-apart',
      comment: 'What ships in an archive uses nothing that is there to build one.',
      severity: 'error',
      from: { path: '^src/(platforms/[^/]+|deploy/pack)/runtime/' },
      to: { path: '^src/(platforms|deploy)/', pathNot: '^src/(platforms/[^/]+|deploy/pack)/runtime/' },
    },
    {
      name: 'platform-definition-is-apart',
      comment: 'What builds an archive loads nothing of what ships in it.',
      severity: 'error',
      from: { path: '^src/(platforms|deploy)/', pathNot: '/runtime/' },
      to: {
        path: '^src/(platforms/[^/]+|deploy/pack)/runtime/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'emulated-host-loads-nothing',
      comment: 'Its time counts as the function’s.',
      severity: 'error',
      from: { path: '^src/(platforms/[^/]+/host|deploy/emulate/runner)\\.ts$' },
      to: { path: '^src/', dependencyTypesNot: ['type-only'] },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only', 'npm-peer'],
        // The published package brings it along: scripts/onnxruntime.mjs.
        pathNot: '^node_modules/onnxruntime-node/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
