using System.Runtime.CompilerServices;
using Mono.Cecil;

namespace PyWharf.Unit.Architecture;

/// <summary>
/// Every type that a type uses: in its bases, members, attributes, method bodies, and in the types that the compiler generated for it (closures, state
/// machines). Other nested types are checked by themselves.
/// </summary>
internal static class TypesUsed
{
    public static IEnumerable<TypeReference> By(TypeDefinition type) =>
        Mentioned(type).SelectMany(Parts);

    /// <summary>The methods that it calls.</summary>
    public static IEnumerable<MethodReference> CallsOf(TypeDefinition type) =>
        type.Methods.Where(method => method.HasBody).SelectMany(method => method.Body.Instructions).Select(instruction => instruction.Operand).OfType<MethodReference>()
            .Concat(type.NestedTypes.Where(IsCompilerMade).SelectMany(CallsOf));

    public static bool IsCompilerMade(TypeDefinition type) =>
        type.Name.StartsWith('<')
        || type.CustomAttributes.Any(attribute => attribute.AttributeType.Name == nameof(CompilerGeneratedAttribute))
        || (type.DeclaringType is { } outer && IsCompilerMade(outer));

    private static IEnumerable<TypeReference?> Mentioned(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(implemented => implemented.InterfaceType),
        .. type.GenericParameters.SelectMany(Constraints),
        .. Attributes(type),
        .. type.Fields.SelectMany(field => Attributes(field).Append(field.FieldType)),
        .. type.Properties.SelectMany(Attributes),
        .. type.Methods.SelectMany(Mentioned),
        .. type.NestedTypes.Where(IsCompilerMade).SelectMany(Mentioned),
    ];

    private static IEnumerable<TypeReference?> Mentioned(MethodDefinition method) =>
    [
        method.ReturnType,
        .. method.Parameters.SelectMany(parameter => Attributes(parameter).Append(parameter.ParameterType)),
        .. method.GenericParameters.SelectMany(Constraints),
        .. Attributes(method),
        .. method.HasBody ? Mentioned(method.Body) : [],
    ];

    private static IEnumerable<TypeReference?> Mentioned(Mono.Cecil.Cil.MethodBody body) =>
    [
        .. body.Variables.Select(variable => variable.VariableType),
        .. body.ExceptionHandlers.Select(handler => handler.CatchType),
        .. body.Instructions.SelectMany(instruction => instruction.Operand switch
        {
            TypeReference type => [type],
            FieldReference field => [field.DeclaringType, field.FieldType],
            MethodReference method => Mentioned(method),
            _ => (IEnumerable<TypeReference?>)[],
        }),
    ];

    private static IEnumerable<TypeReference?> Mentioned(MethodReference called) =>
    [
        called.DeclaringType,
        called.ReturnType,
        .. called.Parameters.Select(parameter => parameter.ParameterType),
        .. called is GenericInstanceMethod generic ? generic.GenericArguments : [],
    ];

    private static IEnumerable<TypeReference> Constraints(GenericParameter parameter) =>
        parameter.Constraints.Select(constraint => constraint.ConstraintType);

    private static IEnumerable<TypeReference> Attributes(ICustomAttributeProvider provider) =>
        provider.CustomAttributes.SelectMany(attribute =>
            attribute.ConstructorArguments.Select(argument => argument.Value).OfType<TypeReference>().Append(attribute.AttributeType));

    /// <summary><c>Task&lt;List&lt;X[]&gt;&gt;</c> mentions Task, List and X.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        RequiredModifierType modified => Parts(modified.ElementType).Append(modified.ModifierType),
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };
}
