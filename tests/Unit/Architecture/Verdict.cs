namespace PyWharf.Unit.Architecture;

/// <summary>What a rule says about the types it was given.</summary>
/// <param name="Seen">How many types it applied to.</param>
/// <param name="Offences">One sentence for each offence: the type's full name, and what it does.</param>
internal sealed record Verdict(int Seen, IReadOnlyList<string> Offences);
