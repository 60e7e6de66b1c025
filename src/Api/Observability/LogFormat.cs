namespace PyWharf.Api.Observability;

/// <summary>The form of what the server writes to its standard output and error.</summary>
internal enum LogFormat
{
    /// <summary>Lines for people.</summary>
    Text,

    /// <summary>A JSON object per line.</summary>
    Json,
}
