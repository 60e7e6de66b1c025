using System.Text.Json;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.SupportTests;

/// <summary>What tests look for in answers of an API.</summary>
internal static class JsonReading
{
    public static string Text(this JsonElement json, string property) => json.GetProperty(property).GetString() ?? "";

    public static IReadOnlyList<string> Texts(this JsonElement json, string property) =>
        [.. json.EnumerateArray().Select(element => element.Text(property))];

    public static string Message(this Answer answer) => answer.Json.Text("message");

    /// <summary>Field and code of the one error of a 422.</summary>
    public static (string Field, string Code) Error(this Answer answer)
    {
        var error = Assert.Single(answer.With(422).Json.GetProperty("errors").EnumerateArray());

        return (error.Text("field"), error.Text("code"));
    }
}
