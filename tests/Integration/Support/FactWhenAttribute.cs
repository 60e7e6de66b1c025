namespace PyWharf.Integration.Support;

/// <summary>A test that is skipped, with the reason, on a machine that has not what it needs.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactWhenAttribute : FactAttribute
{
    public FactWhenAttribute(params Needs[] needs)
    {
        Needs = needs;
        Skip = Requirement.Unmet(needs);
    }

    public IReadOnlyList<Needs> Needs { get; }
}
