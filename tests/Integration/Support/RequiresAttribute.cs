namespace PyWharf.Integration.Support;

/// <summary>What a class needs that derives from a contract (<see cref="ContractFactAttribute"/>).</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class RequiresAttribute(params Needs[] needs) : Attribute
{
    public Needs[] Needs => needs;
}
