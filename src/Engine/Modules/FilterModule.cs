using System;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Expressions;

namespace DataStream.Modules;

/// <summary><c>filter: {where}</c>: keeps the rows whose condition is true, neither false nor null.</summary>
public sealed class FilterModule : Module, IDisposable
{
    private readonly ExpressionSetting? _where;
    private BoundExpression? _condition;

    public FilterModule(ModuleContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Settings settings = context.Settings;
        ConfigScalar? where = settings.Formula("where");
        if (where is null && !settings.Has("where"))
        {
            settings.Missing("where");
        }

        _where = where is not null ? ExpressionSetting.Parse(where, settings.Errors) : null;
        settings.RejectUnknown();
    }

    public override void Bind(Schema schema) => _condition = _where?.BindCondition(schema);

    public override void Process(Batch batch) => _condition!.Filter(batch);

    public void Dispose() => _condition?.Dispose();
}
