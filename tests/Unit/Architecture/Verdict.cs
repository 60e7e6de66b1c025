namespace PyWharf.Unit.Architecture;

/// <summary>The result of a rule.</summary>
/// <param name="Seen">How many types it applied to.</param>
/// <param name="Offences">One sentence for each offence: the type's full name, and what it does.</param>
internal sealed record Verdict(int Seen, IReadOnlyList<string> Offences);
