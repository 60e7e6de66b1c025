using System.Text;

namespace PyWharf.Integration.Support;

/// <summary>One part of a multipart form.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="Value">Its bytes.</param>
/// <param name="Filename">The file's name; null for a field that is none.</param>
/// <param name="ContentType">Null for a part without that header.</param>
internal sealed record FormPart(string Name, byte[] Value, string? Filename = null, string? ContentType = null)
{
    public string Text => Encoding.UTF8.GetString(Value);
}
