using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Flow;

namespace DataStream.Modules;

/// <summary>A step that sees a batch at a time: it reads and writes columns in place, drops rows and kills them.</summary>
/// <remarks>
/// A lane has its own instance and calls it from one thread: fields need no locks. <see cref="Bind"/> runs once, before any data,
/// and may run again on a fresh schema for another lane's instance; <see cref="Process"/> runs for every batch and allocates nothing.
/// Built-in modules have this shape and no other.
/// </remarks>
public abstract class Module
{
    /// <summary>What the module's state depends on; it decides whether lanes can share the work.</summary>
    public virtual Scope Scope => Scope.Stateless;

    /// <summary>
    /// With <see cref="Scope.Keyed"/>, once bound: the columns whose values say which state a row belongs to, none for one state of all rows. Lanes can share the
    /// work then: each owns some of the keys, and its instance sees the rows of these keys alone, from all lanes, in order of arrival. Null: the module does
    /// not tell, and the plan runs on one lane.
    /// </summary>
    public virtual IReadOnlyList<Field>? Key => null;

    /// <summary>What the module remembers of its keys at most; null where it remembers none.</summary>
    public virtual KeyBound? Bound => null;

    /// <summary>What dead letters of this module's rows say was expected of the field; null: the column's type.</summary>
    public virtual string? Expects => null;

    /// <summary>Keys that were forgotten to make room for others. Any thread.</summary>
    public virtual long EvictedKeys => 0;

    /// <summary>The ledger's bucket for rows that <see cref="Process"/> drops.</summary>
    public virtual Bucket Drops => Bucket.Filtered;

    /// <summary>Finds the columns to read and adds the columns to write.</summary>
    /// <exception cref="SchemaException">A column is missing or of another type.</exception>
    public abstract void Bind(Schema schema);

    /// <summary>Works on one batch. Dead and dropped rows stay where they are: honour the selection in every effect.</summary>
    public abstract void Process(Batch batch);
}
