/**
 * `pictor bench`: the tutorial's timing loop, done properly.
 *
 * @module
 */
import { type Command, Option } from 'commander';
import type { BenchFlags } from '../load-test/run-bench.ts';
import { durationOption, integerOption, listOption, positiveOption } from '../options.ts';

/** Adds `pictor bench`. */
export function registerBench(program: Command): void {
  program
    .command('bench')
    .description('send pictures to a URL and measure: latency, throughput, errors')
    .argument('<url>', 'for example http://localhost:8080/image')
    .requiredOption('-i, --image <files>', 'pictures to send in turn (files, folders, globs)', listOption)
    .option('-n, --requests <n>', 'number of requests (default 10 without --duration)', integerOption(1))
    .option('-c, --concurrency <list>', 'callers at a time; several make a sweep: 1,2,4,8', listOption, [])
    .option('-d, --duration <time>', 'stop after this time: 30s, 500ms, 2m', durationOption)
    .option('-r, --rate <n>', 'start this many a second whatever the server does (open loop)', positiveOption)
    .addOption(
      new Option('-b, --body <kind>', 'how the picture travels')
        .choices(['json', 'raw', 'multipart', 'base64'])
        .default('json'),
    )
    .option(
      '-H, --header <line>',
      'header for every request, repeatable: "Name: value"',
      (line: string, before: readonly string[]) => [...before, line],
      [],
    )
    .option('--timeout <time>', 'for one request', durationOption, 30_000)
    .option('--cold <n>', 'measure n cold starts: one call after each idle time', integerOption(1, 1000))
    .option('--idle <time>', 'idle time that makes the function cold', durationOption, 5000)
    .option('--costs', 'print a `cost:` line (seconds) for each call, as the tutorial does')
    .option('--json', 'figures and samples as JSON')
    .option('-o, --report <file>', 'write a chart: .html or .svg')
    .addHelpText(
      'after',
      `
Examples:
  $ pictor bench http://localhost:8080/image --image cat.jpg -n 100 -c 4
  $ pictor bench http://localhost:8080/image --image photos/ -d 10s -c 1,2,4,8,16
  $ pictor bench https://function.example.com/image --image cat.jpg --rate 20 -d 30s --report load.html
  $ pictor bench http://localhost:9000/image --image cat.jpg --cold 5 --idle 10s`,
    )
    .action(async (address: string, flags: BenchFlags) => {
      const { runBench } = await import('../load-test/run-bench.ts');
      await runBench(address, flags);
    });
}
