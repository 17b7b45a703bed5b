/**
 * Event specs and tracking plans: what the events of a source must be like, and what becomes of those that are not. May
 * use {@code partner} and {@code model}. Begin with {@link dev.serai.plan.Plans}.
 */
package dev.serai.plan;
