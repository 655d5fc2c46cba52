import { z } from 'zod'
import type { Path } from './model-problem.ts'

/** The keys that a schema knows at the end of a path; none when it knows no such place. */
export function knownKeysAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  let places: readonly z.core.$ZodType[] = [schema]
  for (const step of path) {
    places = places.flatMap(open).flatMap((place) => childrenOf(place, String(step)))
  }
  return places.flatMap(open).flatMap(keysOf)
}

/** Looks through optional, default, lazy and union. */
function open(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return open(schema.unwrap())
  }
  if (schema instanceof z.ZodLazy) return open(schema.unwrap())
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(open)
  return [schema]
}

function childrenOf(schema: z.core.$ZodType, step: string): z.core.$ZodType[] {
  if (schema instanceof z.ZodArray) return [schema.element]
  if (schema instanceof z.ZodRecord) return [schema.valueType]
  if (!(schema instanceof z.ZodObject)) return []
  const child: unknown = Object.hasOwn(schema.shape, step)
    ? schema.shape[step]
    : schema.def.catchall
  return child instanceof z.ZodType ? [child] : []
}

function keysOf(schema: z.core.$ZodType): string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape)
  if (schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum) {
    return schema.keyType.options.map(String)
  }
  return []
}
