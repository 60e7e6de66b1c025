namespace PyWharf.Application.Archives;

/// <summary>
/// Collects violations of the specifications that installers accept: a warning by default, a refusal if the operator configures it.
/// </summary>
internal sealed class Irregularities
{
    /// <summary>The first one, a sentence; null if there is none.</summary>
    public string? First { get; private set; }

    public void Note(string sentence) => First ??= sentence;
}
