import { Registry, collectDefaultMetrics, type Metric } from 'prom-client';
import type { Histogram } from '../base/histogram.ts';
import { families, type Family, type Labels, type MetricSources } from './metric-families.ts';

/** The names that etcd's dashboards read, as the text that Prometheus scrapes. */
export class Metrics {
  readonly #registry = new Registry();

  constructor(sources: MetricSources) {
    for (const family of families(sources)) this.#registry.registerMetric(new FamilyMetric(family) as unknown as Metric);
    if (sources.extensive) this.#addRuntime();
  }

  /** What the runtime tells of itself; of what both tell, ours counts from the process's start. */
  #addRuntime(): void {
    const runtime = new Registry();
    collectDefaultMetrics({ register: runtime });
    for (const { name } of runtime.getMetricsAsArray()) if (!this.#registry.getSingleMetric(name)) this.#registry.registerMetric(runtime.getSingleMetric(name)!);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

/** Hands prom-client figures that are counted elsewhere: it only writes them out. */
class FamilyMetric {
  readonly name: string;
  readonly #family: Family;

  constructor(family: Family) {
    this.name = family.name;
    this.#family = family;
  }

  async get(): Promise<object> {
    const { name, help, type } = this.#family;
    const values = this.#family.read().flatMap(([value, labels = {}]) => (typeof value === 'number' ? [{ value, labels }] : histogramValues(name, value, labels)));
    return { name, help, type, values, aggregator: 'sum' };
  }

  reset(): void {}
}

function histogramValues(name: string, { bounds, counts, sum }: Histogram, labels: Labels): object[] {
  let total = 0;
  const buckets = counts.map((count, i) => {
    total += count;
    return { metricName: `${name}_bucket`, labels: { ...labels, le: bounds[i] ?? '+Inf' }, value: total };
  });
  return [...buckets, { metricName: `${name}_sum`, labels, value: sum }, { metricName: `${name}_count`, labels, value: total }];
}
